using Microsoft.DurableTask;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>What runs in the process whose instances others take over.</summary>
internal static class HolderProcess
{
    private const int StartedAtOnce = 64;

    private static readonly string[] s_kinds = [BenchmarkTasks.Hold, BenchmarkTasks.HoldUntil, BenchmarkTasks.HoldForEvent];

    /// <summary>The instances that wait for an event.</summary>
    public static IEnumerable<string> Listeners(int count) =>
        Enumerable.Range(0, count).Where(static at => Kind(at) == BenchmarkTasks.HoldForEvent).Select(Id);

    /// <summary>
    /// Starts instances, a third of which run an activity that does not end here, sleep until then, and wait for an event; says so when
    /// all of them do, and lives until it is killed.
    /// </summary>
    public static async Task HoldAsync(string directory, int count, DateTime until)
    {
        await using Node node = await Node.StartAsync(directory, holding: count);
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, StartedAtOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var at && at < count)
            {
                object? input = Kind(at) == BenchmarkTasks.HoldUntil ? until : null;
                await node.Client.ScheduleNewOrchestrationInstanceAsync(Kind(at), input, new StartOrchestrationOptions(Id(at)));
            }
        }));
        int calls = Enumerable.Range(0, count).Count(static at => Kind(at) == BenchmarkTasks.Hold);
        while (node.Statistics.Turns < count || node.Marks.BegunCount < calls)
        {
            await Task.Delay(20);
        }

        Console.WriteLine("holding");
        await Task.Delay(Timeout.Infinite);
    }

    private static string Kind(int at) => s_kinds[at % s_kinds.Length];

    private static string Id(int at) => $"held{at}";
}
