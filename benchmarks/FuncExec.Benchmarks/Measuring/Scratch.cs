namespace FuncExec.Benchmarks.Measuring;

/// <summary>A directory on a disk that is removed afterwards: in <c>TMPDIR</c>, or <c>/var/tmp</c>, unless that is memory.</summary>
internal sealed class Scratch : IDisposable
{
    private int _next;

    private Scratch(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <exception cref="InvalidOperationException">Both places are in memory: nothing measured there would be durable.</exception>
    public static Scratch OnDisk()
    {
        string?[] places = [Environment.GetEnvironmentVariable("TMPDIR"), "/var/tmp", System.IO.Path.GetTempPath()];
        string place = places.OfType<string>().FirstOrDefault(place => Directory.Exists(place) && !IsMemory(place))
            ?? throw new InvalidOperationException("TMPDIR and /var/tmp are in memory. Set TMPDIR to a directory on a disk.");
        string path = System.IO.Path.Combine(place, $"funcexec-benchmark-{Environment.ProcessId}");
        Directory.CreateDirectory(path);
        return new Scratch(path);
    }

    /// <summary>A new empty directory in it.</summary>
    public string New() => Directory.CreateDirectory(System.IO.Path.Combine(Path, $"{_next++}")).FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static bool IsMemory(string path) => Machine.FileSystemOf(path) is "tmpfs" or "ramfs";
}
