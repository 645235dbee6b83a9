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

    /// <summary>No write is longer.</summary>
    private const int WholeWrites = 2_000_000;

    /// <summary>Three laps: the file is made, closed, opened again, and the log copied into it each time.</summary>
    [Fact]
    public async Task The_engine_goes_on_from_what_each_sync_left()
    {
        using var data = new DataDirectory();
        IReadOnlyList<TraceEvent> events = await TracedRun.RunAsync(data, "together", WholeWrites, 14, 0, "a", "b", "c");
        int syncs = events.OfType<TraceEvent.Synced>().Count();
        int step = TestForm.IsLong ? 1 : Math.Max(1, syncs / FewPoints);
        await CheckAllAsync(data, events, Enumerable.Range(0, syncs).Where(sync => sync % step == 0));
    }

    /// <summary>Instances so heavy that the log is copied into the file and begins anew while the work goes on.</summary>
    [Fact]
    public async Task The_engine_goes_on_from_amid_the_copying_of_the_log()
    {
        using var data = new DataDirectory();
        IReadOnlyList<TraceEvent> events = await TracedRun.RunAsync(data, "together", WholeWrites, 200, 45_000, "big");
        string[] synced = [.. events.OfType<TraceEvent.Synced>().Select(static sync => sync.Path)];
        int[] copies = [.. Enumerable.Range(0, synced.Length).Where(i => synced[i] == HostNode.FileIn(data.Hub))];
        Assert.Contains(copies, copy => copy > 4 && copy < synced.Length - 4);
        await CheckAllAsync(data, events, copies.SelectMany(static copy => Enumerable.Range(copy - 1, 4)).Where(static sync => sync > 4));
    }

    private async Task CheckAllAsync(DataDirectory data, IReadOnlyList<TraceEvent> events, IEnumerable<int> points)
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        int disks = 0;
        await Parallel.ForEachAsync(Disks(events, points.ToHashSet()), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (disk, _) =>
        {
            Interlocked.Increment(ref disks);
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
        output.WriteLine($"{disks} disks of {events.OfType<TraceEvent.Synced>().Count()} syncs");
    }

    /// <summary>Two disks for each sync tried: as it was when that sync was asked for, and it was never done.</summary>
    private static IEnumerable<Disk> Disks(IReadOnlyList<TraceEvent> events, HashSet<int> points)
    {
        var random = new Random(TestForm.Seed);
        var replay = new ReplayDisk();
        var acknowledged = new List<string>();
        int seen = 0;
        foreach (TraceEvent happened in events)
        {
            if (happened is TraceEvent.Synced && points.Contains(seen++))
            {
                yield return new Disk($"{seen}-dropped", replay.Dropped(), [.. acknowledged]);
                yield return new Disk($"{seen}-torn", replay.Torn(random), [.. acknowledged]);
            }
            else if (happened is TraceEvent.Marked { Line: var line } && line.Split(' ') is ["ack", var instance])
            {
                acknowledged.Add(instance);
            }

            replay.Apply(happened);
        }

        yield return new Disk("end", replay.Dropped(), [.. acknowledged]);
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
