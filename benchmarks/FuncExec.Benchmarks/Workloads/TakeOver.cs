using System.Diagnostics;
using System.Globalization;
using FuncExec.Benchmarks.Measuring;
using FuncExec.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>
/// A node over PostgreSQL is killed while it holds instances that have something to do: activities that it ran, timers that fire, events
/// that come before its lease ends. Others go on with them: this process, and a second one where there are two.
/// </summary>
internal sealed class TakeOver(string name, string description, int count, int others, IReadOnlyList<Figure> figures) : Workload
{
    /// <summary>The holder has this time to begin, and the timers fire soon after it was killed.</summary>
    private static readonly TimeSpan s_beginning = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_beforeTimers = TimeSpan.FromSeconds(5);

    public override string Name => name;

    public override string Description => description;

    /// <summary>From the kill to the first activity that begins again elsewhere; with a second figure, to the end of the last instance too.</summary>
    public override IReadOnlyList<Figure> Figures => figures;

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await Node.UsePostgresAsync(directory, server.ConnectionString());
        using ChildProcess? second = others > 1 ? ChildProcess.Start(ChildProcess.StayNode, directory) : null;
        _ = second is null ? null : await second.ReadLineAsync();
        await using Node node = await Node.StartWarmAsync(directory);
        DateTime until = DateTime.UtcNow + s_beginning;
        using ChildProcess holder = ChildProcess.Start(
            ChildProcess.HoldInstances, directory, count.ToString(CultureInfo.InvariantCulture), until.ToString("O", CultureInfo.InvariantCulture));
        await holder.ReadLineAsync();
        TimeSpan left = until - s_beforeTimers - DateTime.UtcNow;
        await Task.Delay(left > TimeSpan.Zero ? left : throw new InvalidOperationException("The node that is to be killed was not ready in time."));

        await holder.KillAsync();
        long killed = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            HolderProcess.Listeners(count), async (id, cancellationToken) => await node.Client.RaiseEventAsync(id, BenchmarkTasks.LastEvent, 1, cancellationToken));
        double[] values = [Stopwatch.GetElapsedTime(killed, await node.Marks.FirstBegun).TotalSeconds, await AllEndedAsync(node, killed)];
        return values[..figures.Count];
    }

    private static async Task<double> AllEndedAsync(Node node, long killed)
    {
        var unfinished = new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending], PageSize = 1 };
        while (await node.Client.GetAllInstancesAsync(unfinished).GetAsyncEnumerator().MoveNextAsync())
        {
            await Task.Delay(50);
        }

        return Stopwatch.GetElapsedTime(killed).TotalSeconds;
    }
}
