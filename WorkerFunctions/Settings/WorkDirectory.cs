using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>
/// Where this process's attempts have their directories. Each process has one of its own, locked as long as it lives;
/// what a killed one has left is deleted by the next.
/// </summary>
public sealed partial class WorkDirectory : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly FileStream _lock;

    private WorkDirectory(string path, FileStream held)
    {
        FullPath = path;
        _lock = held;
    }

    /// <summary>Its absolute path.</summary>
    public string FullPath { get; }

    /// <summary>Makes one and cleans up after others.</summary>
    internal static WorkDirectory Open(string dataDirectory, ILogger<WorkDirectory> logger)
    {
        string root = Path.Combine(dataDirectory, "work");
        Create(root);
        foreach (string other in Directory.GetFiles(root, "*" + LockSuffix))
        {
            TryDelete(other, logger);
        }

        string path = Path.Combine(root, Guid.NewGuid().ToString("N"));
        FileStream held = new(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Create(path);
        return new WorkDirectory(path, held);
    }

    /// <summary>Deletes it; nothing runs in it any more.</summary>
    public void Dispose()
    {
        if (Directory.Exists(FullPath))
        {
            Directory.Delete(FullPath, recursive: true);
        }

        _lock.Dispose();
        File.Delete(FullPath + LockSuffix);
    }

    private static void TryDelete(string lockPath, ILogger logger)
    {
        try
        {
            using FileStream held = new(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            string directory = lockPath[..^LockSuffix.Length];
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }

            File.Delete(lockPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its process lives, or something still writes there: a later start will find it again.
            Kept(logger, lockPath, exception.Message);
        }
    }

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [LoggerMessage(4001, LogLevel.Debug, "{Path} belongs to another process or could not be deleted: {Reason}")]
    private static partial void Kept(ILogger logger, string path, string reason);
}
