using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>When the activity was called with each of the inputs somebody is curious about.</summary>
internal sealed class ActivityMarks
{
    private readonly ConcurrentDictionary<int, long> _times = new();
    private readonly TaskCompletionSource<long> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    /// <summary>Inputs that are noted.</summary>
    public HashSet<int> Noted { get; } = [];

    public void Called(int input)
    {
        if (Noted.Contains(input))
        {
            _times[input] = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>How many activities of <see cref="BenchmarkTasks.Hold"/> have begun here.</summary>
    public int BegunCount => Volatile.Read(ref _begun);

    /// <summary>When the first of them began.</summary>
    public Task<long> FirstBegun => _first.Task;

    public void Begun()
    {
        Interlocked.Increment(ref _begun);
        _first.TrySetResult(Stopwatch.GetTimestamp());
    }

    /// <summary>Whether it was called with this input, which is noted.</summary>
    public bool Has(int input) => _times.ContainsKey(input);

    /// <summary>The time between the calls with two inputs.</summary>
    public TimeSpan Between(int first, int second) => Stopwatch.GetElapsedTime(_times[first], _times[second]);
}

/// <summary>The orchestrators and the one activity of all workloads.</summary>
internal static class BenchmarkTasks
{
    public const string FanOut = "FanOut";
    public const string Sequence = "Sequence";
    public const string OneStep = "OneStep";
    public const string Sleep = "Sleep";
    public const string Hold = "Hold";
    public const string HoldUntil = "HoldUntil";
    public const string HoldForEvent = "HoldForEvent";
    public const string SequenceThenEvent = "SequenceThenEvent";
    public const string LastEvent = "finish";

    public const string Signal = "Signal";
    public const string Counter = "counter";

    private const string NoOp = "NoOp";
    private const string Held = "Held";

    /// <param name="marks">Where calls are noted.</param>
    /// <param name="holds">Whether this node keeps what is held: the activity of <see cref="Hold"/> does not end here.</param>
    public static TaskRegistry Register(ActivityMarks marks, bool holds)
    {
        var registry = new TaskRegistry();
        registry.Add(new ActivityRegistration
        {
            Name = Held,
            Run = async (call, cancellationToken) =>
            {
                marks.Begun();
                await Task.Delay(holds ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
                return call.Input;
            },
        });
        Add(registry, Hold, static async context => await context.CallActivityAsync<int>(Held, 1));
        Add(registry, HoldUntil, static async context =>
        {
            await context.CreateTimer(context.GetInput<DateTime>(), CancellationToken.None);
            return null;
        });
        Add(registry, HoldForEvent, static async context => await context.WaitForExternalEvent<int>(LastEvent));
        registry.Add(new ActivityRegistration
        {
            Name = NoOp,
            Run = (call, _) =>
            {
                if (marks.Noted.Count > 0)
                {
                    marks.Called(int.Parse(call.Input!, CultureInfo.InvariantCulture));
                }

                return new ValueTask<string?>(call.Input);
            },
        });
        Add(registry, OneStep, static async context => await context.CallActivityAsync<int>(NoOp, 1));
        Add(registry, Sequence, static async context => await CallInSequenceAsync(context));
        Add(registry, FanOut, static async context =>
        {
            IEnumerable<Task<int>> calls = Enumerable.Range(0, context.GetInput<int>()).Select(i => context.CallActivityAsync<int>(NoOp, i));
            return (await Task.WhenAll(calls)).Length;
        });
        Add(registry, Sleep, static async context =>
        {
            DateTime due = context.CurrentUtcDateTime.AddSeconds(context.GetInput<double>());
            await context.CreateTimer(due, CancellationToken.None);

            // Not deterministic, and allowed only because nothing is decided by it: how late the code was called.
            return (DateTime.UtcNow - due).TotalMilliseconds;
        });
        Add(registry, SequenceThenEvent, static async context =>
        {
            await CallInSequenceAsync(context);
            return await context.WaitForExternalEvent<int>(LastEvent);
        });
        Add(registry, Signal, static async context =>
        {
            SignalPlan plan = context.GetInput<SignalPlan>()!;
            for (int i = plan.First; i < plan.First + plan.Count; i++)
            {
                await context.Entities.SignalEntityAsync(SignalPlan.Entity(plan.Run, i % plan.Entities), "Add", 1);
                if ((i + 1) % plan.PerTurn == 0)
                {
                    await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
                }
            }

            return plan.Count;
        });
        registry.Add(new EntityRegistration { Name = Counter, Run = static batch => batch.RunAsync(new CounterEntity()) });
        return registry;
    }

    private static void Add(TaskRegistry registry, string name, Func<TaskOrchestrationContext, Task<object?>> run) =>
        registry.Add(new OrchestratorRegistration { Name = name, Run = run });

    private static async Task<int> CallInSequenceAsync(TaskOrchestrationContext context)
    {
        int count = context.GetInput<int>();
        for (int i = 0; i < count; i++)
        {
            await context.CallActivityAsync<int>(NoOp, i);
        }

        return count;
    }
}

/// <summary>A number.</summary>
internal sealed class CounterEntity : TaskEntity<int>
{
    public void Add(int amount) => State += amount;
}
