using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace FuncExec.Benchmarks.Measuring;

/// <summary>What the figures were measured on.</summary>
internal sealed record Machine(
    string Version, string Runtime, string Settings, int Cores, string Os, string FileSystem, double SyncMedianMs, double SyncP99Ms)
{
    private const int Syncs = 200;

    /// <summary>Looks, and measures how long the disk takes to make 4 KiB durable.</summary>
    public static Machine Describe(string directory)
    {
        IReadOnlyList<double> syncs = MeasureSyncs(Path.Combine(directory, "sync"));
        return new Machine(
            typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            RuntimeInformation.FrameworkDescription,
            $"Release, {(GCSettings.IsServerGC ? "server" : "workstation")} GC ({GCSettings.LatencyMode}), tiered PGO, synchronous=FULL",
            Environment.ProcessorCount,
            RuntimeInformation.OSDescription,
            FileSystemOf(directory),
            Samples.Percentile(syncs, 0.5),
            Samples.Percentile(syncs, 0.99));
    }

    /// <summary>The type of the file system that holds a path: the mount with the longest matching prefix.</summary>
    public static string FileSystemOf(string path) =>
        DriveInfo.GetDrives()
            .Where(drive => Path.GetFullPath(path).StartsWith(drive.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(drive => drive.RootDirectory.FullName.Length)?.DriveFormat ?? "unknown";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"FuncExec {Version}\n{Runtime}, {Settings}\n{Cores} cores, {Os}, {FileSystem}, 4 KiB synced in {SyncMedianMs:F2} ms (p99 {SyncP99Ms:F2})");

    private static List<double> MeasureSyncs(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        byte[] page = new byte[4096];
        var samples = new List<double>(Syncs);
        for (int i = 0; i < Syncs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            RandomAccess.Write(handle, page, (long)i * page.Length);
            RandomAccess.FlushToDisk(handle);
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return samples;
    }
}
