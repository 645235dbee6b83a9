using System.Diagnostics;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>Fifty orchestrations signal entities; the clock stops when the last signal has been applied.</summary>
internal sealed class EntitySignals(string name, int entities, int signals, double least) : Workload
{
    private const int Senders = 50;
    private const int PerTurn = 100;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    public override string Name => name;

    public override string Description => $"{Senders} orchestrations send {signals:N0} signals to {(entities == 1 ? "one entity" : $"{entities:N0} entities")}";

    public override IReadOnlyList<Figure> Figures { get; } = [new("", "signals/s", Bound.AtLeast, least)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using Node node = await Node.StartWarmAsync(directory);
        await SendAsync(node, "warm-up", signals / 10);
        long start = Stopwatch.GetTimestamp();
        await SendAsync(node, "measured", signals);
        return [signals / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }

    private async Task SendAsync(Node node, string run, int count)
    {
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => node.RunAsync(
            BenchmarkTasks.Signal, new SignalPlan(run, entities, sender * (count / Senders), count / Senders, PerTurn))));
        for (int entity = 0; entity < entities; entity++)
        {
            EntityInstanceId id = SignalPlan.Entity(run, entity);
            while (await node.Client.Entities.GetEntityAsync<int>(id) is not { IncludesState: true } found || found.State < count / entities)
            {
                await Task.Delay(s_pause);
            }
        }
    }
}

/// <summary>What one sender sends: a run of numbers, each to the entity of its remainder.</summary>
internal sealed record SignalPlan(string Run, int Entities, int First, int Count, int PerTurn)
{
    public static EntityInstanceId Entity(string run, int number) => new(BenchmarkTasks.Counter, $"{run}-{number}");
}
