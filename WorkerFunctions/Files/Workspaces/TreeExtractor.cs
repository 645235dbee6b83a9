namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Unpacks an archive into an empty directory. Links come last, so that nothing is ever written through one.</summary>
internal sealed class TreeExtractor(string root) : IArchiveSink
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ExecutableMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly List<(string Path, DateTimeOffset Modified)> _directories = [];
    private readonly List<(string Path, string Target)> _hardLinks = [];
    private readonly List<(string Path, string Target)> _symbolicLinks = [];

    /// <summary>How many bytes of content were written.</summary>
    public long Size { get; private set; }

    public void AddDirectory(string path, DateTimeOffset modified)
    {
        MakeDirectory(path);
        _directories.Add((path, modified));
    }

    public Stream CreateFile(string path, bool isExecutable)
    {
        MakeParent(path);
        FileStreamOptions options = new() { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = isExecutable ? ExecutableMode : FileMode;
        }

        return new FileStream(Absolute(path), options);
    }

    public void EndFile(string path, DateTimeOffset modified)
    {
        string absolute = Absolute(path);
        Size += new FileInfo(absolute).Length;
        File.SetLastWriteTimeUtc(absolute, modified.UtcDateTime);
    }

    public void AddHardLink(string path, string target) => _hardLinks.Add((path, target));

    public void AddSymbolicLink(string path, string target) => _symbolicLinks.Add((path, target));

    public void End()
    {
        foreach ((string path, string target) in _hardLinks)
        {
            // A copy: in an attempt's directory the two would be two files in any case.
            MakeParent(path);
            File.Copy(Absolute(target), Absolute(path));
            Size += new FileInfo(Absolute(path)).Length;
        }

        foreach ((string path, string target) in _symbolicLinks)
        {
            MakeParent(path);
            File.CreateSymbolicLink(Absolute(path), target);
        }

        // Deepest first does not matter: a time that was set is not changed by setting another.
        foreach ((string path, DateTimeOffset modified) in _directories)
        {
            Directory.SetLastWriteTimeUtc(Absolute(path), modified.UtcDateTime);
        }
    }

    private void MakeParent(string path)
    {
        if (path.LastIndexOf('/') is > 0 and int slash)
        {
            MakeDirectory(path[..slash]);
        }
    }

    private void MakeDirectory(string path)
    {
        if (_made.Add(path))
        {
            Directory.CreateDirectory(Absolute(path));
        }
    }

    private string Absolute(string path) => Path.Combine(root, path);
}
