using Xunit.Abstractions;

namespace FuncExec.Service.Crash.Tests;

/// <summary>
/// Hub, ledger and blob store are written one after the other: at each write to ledger or blobs the process ends before or
/// after it, or the write fails or is made and reports failure. Whatever was begun comes to its right end.
/// </summary>
public sealed class TwoStoresTests(ITestOutputHelper output)
{
    /// <summary>Points that the short form tries of each kind, spread evenly.</summary>
    private const int FewPoints = 4;

    private static bool IsLong => Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1";

    [Theory]
    [InlineData("kill-before")]
    [InlineData("kill-after")]
    [InlineData("fail-before")]
    [InlineData("fail-after")]
    public async Task Work_comes_to_its_right_end_wherever_a_write_is_interrupted(string how)
    {
        int writes = await CountWritesAsync();
        int[] points = [.. Enumerable.Range(1, writes)];
        int[] tried = IsLong ? points : [.. points.Where((_, index) => index % Math.Max(1, writes / FewPoints) == Seed(how) % Math.Max(1, writes / FewPoints))];
        output.WriteLine($"{how}: {tried.Length} of {writes} writes: {string.Join(' ', tried)}");
        await Parallel.ForEachAsync(tried, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (point, _) => await TryAsync(point, how));
    }

    private static int Seed(string how) => how.Sum(static c => c);

    private static async Task TryAsync(int point, string how)
    {
        using Scratch scratch = new();
        await using CrashHost host = new(scratch.Data, scratch.Record);
        try
        {
            await host.StartAsync(point, how);
            await new Workload(host).RunAsync();
        }
        catch (Exception exception)
        {
            string write = File.Exists(scratch.Record) ? File.ReadLines(scratch.Record).ElementAtOrDefault(point - 1) ?? "?" : "?";
            throw new InvalidOperationException($"{how} at write {point} ({write}), {host.Lives} lives: {exception.Message}", exception);
        }
    }

    private static async Task<int> CountWritesAsync()
    {
        using Scratch scratch = new();
        await using CrashHost host = new(scratch.Data, scratch.Record);
        await host.StartAsync(0, "");
        await new Workload(host).RunAsync();
        Assert.Equal(1, host.Lives);
        return File.ReadLines(scratch.Record).Count();
    }

    /// <summary>A directory for one run.</summary>
    private sealed class Scratch : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("funcexec-crash-");

        public string Data => Path.Combine(_directory.FullName, "data");

        public string Record => Path.Combine(_directory.FullName, "writes");

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
