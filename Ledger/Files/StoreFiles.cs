using System.Collections.Concurrent;

namespace FuncExec.Ledger.Files;

/// <summary>The store's files and directories: their owner's alone, and durable where that is promised.</summary>
internal sealed class StoreFiles(BlobPaths paths)
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;
    private const int MostDurable = 20_000;
    private const int DiskFull = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = 112;

    // Directories whose own names are known to be durable. Forgetting one costs a sync.
    private readonly ConcurrentDictionary<string, bool> _durable = new(StringComparer.Ordinal);

    internal void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        _durable.TryRemove(path, out _);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // .NET gives the mode to the last directory alone.
        CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path, PrivateDirectory);
    }

    internal static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,

            // A file that is kept open must not keep others from reading or deleting it.
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
        {
            options.UnixCreateMode = PrivateFile;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes the name of a file durable, and those of the directories above it, up to the store's own.</summary>
    internal void SyncNames(string path)
    {
        string directory = Path.GetDirectoryName(path)!;
        UnixFiles.SyncDirectory(directory);
        while (directory.Length > paths.Root.Length && !_durable.ContainsKey(directory))
        {
            string above = Path.GetDirectoryName(directory)!;
            UnixFiles.SyncDirectory(above);
            if (_durable.Count >= MostDurable)
            {
                _durable.Clear();
            }

            _durable[directory] = true;
            directory = above;
        }
    }

    /// <summary>Deletes a file that may not be there; so may its directory.</summary>
    internal static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Then there is no file either.
        }
    }

    /// <summary>Runs what uses the disk, on another thread since it waits for it; a failure of the disk becomes the store's.</summary>
    internal Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Guard(work), cancellationToken);

    /// <exception cref="LedgerUnavailableException">The disk failed; the message says what to do.</exception>
    internal T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(e);
        }
    }

    internal LedgerUnavailableException Failure(Exception e) => new(Text(e), e);

    internal string Text(Exception e) => e switch
    {
        _ when IsDiskFull(e) =>
            $"The disk that holds '{paths.Root}' is full. Free some space there: the blob store goes on by itself. ({e.Message})",
        UnauthorizedAccessException =>
            $"'{paths.Root}' cannot be read or written by user '{Environment.UserName}'. Correct the owner and mode of the "
            + $"directory and what is in it. ({e.Message})",
        _ =>
            $"Reading or writing '{paths.Root}' failed. Look at the disk and the system's log: the blob store goes on by itself "
            + $"once the disk does. ({e.Message})",
    };

    private static bool IsDiskFull(Exception e) => e is IOException
        && (OperatingSystem.IsWindows() ? (e.HResult & 0xffff) == WindowsDiskFull : e.HResult is DiskFull or QuotaExceeded);
}
