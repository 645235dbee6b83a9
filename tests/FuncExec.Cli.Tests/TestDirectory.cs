namespace FuncExec.Cli.Tests;

/// <summary>A directory of a test's own, with a data directory and a place to call from.</summary>
internal sealed class TestDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("funcexec-cli-").FullName;

    public TestDirectory() => Directory.CreateDirectory(Caller);

    /// <summary>The data directory; the first start makes it.</summary>
    public string Data => Path.Combine(_root, "data");

    /// <summary>Where the command line is called.</summary>
    public string Caller => Path.Combine(_root, "caller");

    public string File(string name) => Path.Combine(Caller, name);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
