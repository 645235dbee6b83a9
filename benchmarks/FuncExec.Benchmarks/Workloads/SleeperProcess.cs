namespace FuncExec.Benchmarks.Workloads;

/// <summary>What runs in the processes of <see cref="Sleepers"/>.</summary>
internal static class SleeperProcess
{
    private const int Count = 100_000;
    private const int StartedAtOnce = 64;
    private const double SleepSeconds = 24 * 60 * 60;

    /// <summary>Starts the instances, says so when each has gone to sleep, and lives until it is killed.</summary>
    public static async Task SleepAsync(string directory)
    {
        await using Node node = await Node.StartAsync(directory);
        int left = Count;
        await Task.WhenAll(Enumerable.Range(0, StartedAtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await node.Client.ScheduleNewOrchestrationInstanceAsync(BenchmarkTasks.Sleep, SleepSeconds);
            }
        }));
        while (node.Statistics.Turns < Count)
        {
            await Task.Delay(50);
        }

        Console.WriteLine("asleep");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Starts over the directory, runs one instance and says so.</summary>
    public static async Task AnswerOneAsync(string directory)
    {
        await using Node node = await Node.StartAsync(directory);
        await node.RunAsync(BenchmarkTasks.OneStep);
        Console.WriteLine("answered");
    }
}
