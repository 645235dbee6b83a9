namespace FuncExec.Service.Tests;

/// <summary>A directory of a test's own, on the disk that the repository is on.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("funcexec-service-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
