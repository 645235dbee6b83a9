namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Takes what an archive makes, each path checked.</summary>
internal interface IArchiveSink
{
    void AddDirectory(string path, DateTimeOffset modified);

    /// <summary>Opens a new file for its content.</summary>
    Stream CreateFile(string path, bool isExecutable);

    /// <summary>The content of the file made last is complete.</summary>
    void EndFile(string path, DateTimeOffset modified);

    /// <summary>A second name for a file that was made, and may be a copy of it.</summary>
    void AddHardLink(string path, string target);

    void AddSymbolicLink(string path, string target);

    /// <summary>Everything has come: what had to wait for that is done now.</summary>
    void End();
}
