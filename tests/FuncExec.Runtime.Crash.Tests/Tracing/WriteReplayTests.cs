using FuncExec.Runtime.Crash.Tests.Killing;
using FuncExec.Runtime.Crash.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>
/// The power fails at every sync: what was synced is there, what was written later is not, or in part. From each such
/// disk the hub must open and the engine must go on.
/// </summary>
public sealed class WriteReplayTests(ITestOutputHelper output)
{
    /// <summary>Sync points that the short form tries, spread evenly.</summary>
    private const int FewPoints = 25;

    [Fact]
    public async Task The_engine_goes_on_from_what_each_sync_left()
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        using var data = new DataDirectory();

        // Three laps: the file is made, closed, opened again, and the log copied into it each time.
        IReadOnlyList<TraceEvent> events = await TracedRun.RunAsync(data, "together", 2_000_000, 14, "a", "b", "c");
        IReadOnlyList<Disk> disks = Disks(events);
        output.WriteLine($"{disks.Count} disks of {events.OfType<TraceEvent.Synced>().Count()} syncs");
        await Parallel.ForEachAsync(disks, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (disk, _) =>
        {
            string directory = data.Create(disk.Name);
            try
            {
                await CheckAsync(disk, directory);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{disk.Name}: {e.Message}", e);
            }

            Directory.Delete(directory, recursive: true);
        });
    }

    /// <summary>Two disks for each sync point tried: as it was when the next sync was asked for, and that was never done.</summary>
    private static IReadOnlyList<Disk> Disks(IReadOnlyList<TraceEvent> events)
    {
        int syncs = events.OfType<TraceEvent.Synced>().Count();
        int step = TestForm.IsLong ? 1 : Math.Max(1, syncs / FewPoints);
        var random = new Random(TestForm.Seed);
        var disks = new List<Disk>();
        var replay = new ReplayDisk();
        var acknowledged = new List<string>();
        int seen = 0;
        foreach (TraceEvent happened in events)
        {
            if (happened is TraceEvent.Synced && seen++ % step == 0)
            {
                disks.Add(new Disk($"{seen}-dropped", replay.Dropped(), [.. acknowledged]));
                disks.Add(new Disk($"{seen}-torn", replay.Torn(random), [.. acknowledged]));
            }
            else if (happened is TraceEvent.Marked { Line: var line } && line.Split(' ') is ["ack", var instance])
            {
                acknowledged.Add(instance);
            }

            replay.Apply(happened);
        }

        disks.Add(new Disk("end", replay.Dropped(), [.. acknowledged]));
        return disks;
    }

    private static async Task CheckAsync(Disk disk, string directory)
    {
        foreach ((string path, byte[] content) in disk.Files)
        {
            await File.WriteAllBytesAsync(Path.Combine(directory, Path.GetFileName(path)), content);
        }

        using (var journal = new Journal(Path.Combine(directory, "journal")))
        {
            await using DurableEngine engine = await HostNode.StartAsync(directory, journal);
            await FinishAsync(disk, engine, new WorkRun(engine.Client, journal));
        }

        await HubJudge.NothingWaitsAsync(directory);
    }

    private static async Task FinishAsync(Disk disk, DurableEngine engine, WorkRun run)
    {
        var found = new HashSet<string>();
        await foreach (OrchestrationMetadata instance in engine.Client.GetAllInstancesAsync())
        {
            found.Add(instance.InstanceId);
        }

        Assert.Subset(found, disk.Acknowledged.ToHashSet());
        await Task.WhenAll(found.Select(WorkItem.Find).OfType<WorkItem>().Select(async item =>
        {
            OrchestrationMetadata end = await run.FinishAsync(item).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{item.Id}: {end.RuntimeStatus} {end.FailureDetails}");
            Assert.Equal(item.Result, end.ReadOutputAs<int>());
        }));
    }

    /// <summary>A disk after the power failed.</summary>
    private sealed record Disk(string Name, IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<string> Acknowledged);
}
