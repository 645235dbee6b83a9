namespace FuncExec.Service.Tests.Running;

/// <summary>A directory of a test's own, with the service's data directory in it.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("funcexec-service-").FullName;

    /// <summary>The service's data directory.</summary>
    public string Data => Path.Combine(_root, "data");

    /// <summary>A file beside it.</summary>
    public string File(string name) => Path.Combine(_root, name);

    /// <summary>Lets every user do here what only its owner may otherwise.</summary>
    public void GiveToAll() => System.IO.File.SetUnixFileMode(_root, (UnixFileMode)0b111_111_111);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
