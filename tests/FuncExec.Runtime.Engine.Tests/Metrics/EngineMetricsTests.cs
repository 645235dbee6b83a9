using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Metrics;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Metrics;

public sealed class EngineMetricsTests
{
    private static readonly TaskOptions s_elsewhere = new(tags: new Dictionary<string, string> { [PlacementTags.RunsOn] = "elsewhere", [PlacementTags.Priority] = "8" });

    [Fact]
    public void Activities_that_nobody_listens_to_allocate_nothing_for_it()
    {
        using EngineMetrics metrics = new(Bare());
        RunMany(metrics); // Compiled, and whatever is made once.

        long before = GC.GetAllocatedBytesForCurrentThread();
        RunMany(metrics);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Activities_that_somebody_listens_to_allocate_nothing_for_it_either()
    {
        using EngineMetrics metrics = new(Bare());
        long heard = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "funcexec.runtime.activity.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => heard++);
        listener.Start();
        RunMany(metrics);

        long before = GC.GetAllocatedBytesForCurrentThread();
        RunMany(metrics);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(heard >= 2_000);
    }

    [Fact]
    public async Task Waiting_activities_are_counted_by_name_with_the_age_of_the_oldest()
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Node node = new Node()
            .Orchestrator("fan", async context => await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => context.CallActivityAsync("held-metrics"))))
            .ActivityAsync<object?, bool>("held-metrics", async (_, _) =>
            {
                began.TrySetResult();
                await release.Task;
                return true;
            });
        node.Options.MaxConcurrentActivities = 1;
        await node.StartAsync();
        string id = await node.Client.ScheduleNewOrchestrationInstanceAsync("fan");
        await began.Task;

        ConcurrentDictionary<string, double> seen = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMetrics.MeterName && instrument.IsObservable)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        release.SetResult();
        await node.Client.WaitForInstanceCompletionAsync(id);

        Assert.Equal(4, seen["funcexec.runtime.queue.length"]);
        Assert.True(seen["funcexec.runtime.queue.age"] > 0);

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length == 3 && tags[0].Value is "held-metrics")
            {
                Assert.Equal(("activity", "labels", "priority"), (tags[0].Key, tags[1].Key, tags[2].Key));
                Assert.Equal(("", "5"), (tags[1].Value, tags[2].Value));
                seen[instrument.Name] = value;
            }
        }
    }

    [Fact]
    public async Task What_waits_in_the_hub_for_a_node_that_is_not_there_is_counted_too()
    {
        await using Node node = new Node()
            .Orchestrator("wait", async context => await Task.WhenAll(
                Enumerable.Range(0, 3).Select(at => context.CallActivityAsync(at == 0 ? "UNHELD-metrics" : "unheld-metrics", options: s_elsewhere))))
            .Activity<object?, bool>("unheld-metrics", static _ => true);
        await node.StartAsync();
        string id = await node.ScheduleAsync("wait");

        ConcurrentDictionary<string, double> seen = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name.StartsWith("funcexec.runtime.hub.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        await node.StartOfAsync(id);
        await Wait.UntilAsync(async () => (await node.StoreAsync(static hub => ((IHubBacklog)hub).CountWaitingAsync(10, default))).Sum(static waiting => waiting.Count) == 3);
        await Wait.UntilAsync(() =>
        {
            listener.RecordObservableInstruments();
            return seen.Count == 2;
        });
        await node.Client.TerminateInstanceAsync(id);

        Assert.Equal(3, seen["funcexec.runtime.hub.queue.length"]);
        Assert.InRange(seen["funcexec.runtime.hub.queue.age"], 0, Wait.Limit.TotalSeconds);

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length == 3 && tags[0].Value is "unheld-metrics")
            {
                Assert.Equal(("activity", "labels", "priority"), (tags[0].Key, tags[1].Key, tags[2].Key));
                Assert.Equal(("elsewhere", "8"), (tags[1].Value, tags[2].Value));
                seen[instrument.Name] = value;
            }
        }
    }

    [Fact]
    public void Sets_of_labels_are_told_apart_up_to_a_bound()
    {
        HashSet<string> sets = [];
        TaskRegistry registry = new();
        string[] seen = [.. Enumerable.Range(0, 2 * QueueKey.MostLabelSets).Select(i => QueueKey.Of(Asking($"gpu,n{i}"), registry, sets).Labels)];

        Assert.Equal(QueueKey.MostLabelSets + 1, seen.Distinct().Count());
        Assert.Equal("gpu,n0", QueueKey.Of(Asking("n0,gpu"), registry, sets).Labels);
        Assert.Equal((QueueKey.Unknown, QueueKey.Other, "9"), QueueKey.Of(Asking("more"), registry, sets) switch { var key => (key.Activity, key.Labels, key.Priority) });
    }

    private static NewActivity Asking(string labels) => new() { TaskId = 1, Name = "any", RunsOn = LabelSet.Parse(labels), Priority = 9 };

    private static void RunMany(EngineMetrics metrics)
    {
        for (int i = 0; i < 1_000; i++)
        {
            metrics.EndActivity(metrics.BeginActivity(), "nobody-knows", hasFailed: i % 2 == 0);
        }
    }

    private static EngineNode Bare()
    {
        EngineOptions options = new();
        return new EngineNode
        {
            Hub = null!,
            Registry = new TaskRegistry(),
            Options = options,
            Execution = null!,
            Time = TimeProvider.System,
            Versions = new VersionMatch(options.Versioning),
            Log = NullLogger.Instance,
            EntityPlaces = null!,
        };
    }
}
