namespace FuncExec.Runtime.Crash.Tests.Running;

/// <summary>A directory of a test's own: the hub's files, and the journal beside them.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("funcexec-crash-").FullName;

    public DataDirectory() => Directory.CreateDirectory(Hub);

    /// <summary>Where the hub is.</summary>
    public string Hub => Path.Combine(_root, "hub");

    public string Journal => Path.Combine(_root, "journal");

    public string Trace => Path.Combine(_root, "trace");

    /// <summary>A new directory beside the hub's.</summary>
    public string Create(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
