namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>A directory for one test: the app's and its data's.</summary>
internal sealed class TestDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("funcexec-functions-").FullName;

    public TestDirectory()
    {
        App = Directory.CreateDirectory(Path.Combine(_root, "app")).FullName;
        Data = Path.Combine(_root, "data");
    }

    public string App { get; }

    public string Data { get; }

    /// <summary>Whether the directory outlives the app.</summary>
    public bool Kept { get; init; }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
