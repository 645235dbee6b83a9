using System.Globalization;
using System.Runtime.InteropServices;
using FuncExec.WorkerFunctions.Files.Native;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Files.Attempts;

/// <summary>
/// The directories of this life's attempts: <c>work/{life}/{n}</c> in the data directory. A life holds a lock as long as it
/// lives; what a killed one has left is moved aside by the next and deleted in the background.
/// </summary>
public sealed partial class AttemptDirectories : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly FileStream _lock;
    private readonly DiskSpace _disk;
    private readonly Trash _trash;
    private readonly ILogger _logger;
    private long _last;

    private AttemptDirectories(string root, FileStream held, DiskSpace disk, Trash trash, ILogger logger)
    {
        Root = root;
        _lock = held;
        _disk = disk;
        _trash = trash;
        _logger = logger;
    }

    /// <summary>The directory of this life; others than attempts may use it for what must not outlive it.</summary>
    public string Root { get; }

    /// <summary>Makes the directory of a life and takes aside what earlier ones have left. Their processes must have ended.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="life">The life's id, new with every start: letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="disk">Asked before each attempt.</param>
    /// <param name="trash">Takes what is left.</param>
    /// <param name="logger">Told of what could not be deleted.</param>
    /// <exception cref="IOException">The data directory cannot be written, or the life is there already.</exception>
    public static AttemptDirectories Open(string dataDirectory, string life, DiskSpace disk, Trash trash, ILogger<AttemptDirectories> logger)
    {
        string work = PrivateDirectory.Create(Path.Combine(dataDirectory, "work"));
        string root = Path.Combine(work, life);
        FileStream held = new(root + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        AttemptDirectories directories = new(PrivateDirectory.Create(root), held, disk, trash, logger);
        directories.TakeAsideOthers(work);
        return directories;
    }

    /// <summary>Makes one that no other attempt has, for the service's user alone.</summary>
    public MakeDirectoryOutcome Create()
    {
        string path = Path.Combine(Root, Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture));
        try
        {
            if (_disk.FindLack() is { } lack)
            {
                return new MakeDirectoryOutcome.Failed(lack);
            }

            if (!FileCalls.IsSupported)
            {
                PrivateDirectory.Create(path);
            }
            else if (FileCalls.MakeDirectoryAt(FileCalls.CurrentDirectory, path, (uint)PrivateDirectory.Mode) != 0)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            }

            return new MakeDirectoryOutcome.Made(new AttemptDirectory(path, _logger));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new MakeDirectoryOutcome.Failed($"No directory for the attempt could be made in '{Root}': {exception.Message}");
        }
    }

    /// <summary>Takes away the life's directory; nothing runs in it any more.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            _trash.Discard(Root);
        }

        _lock.Dispose();
        File.Delete(Root + LockSuffix);
    }

    private void TakeAsideOthers(string work)
    {
        foreach (string other in Directory.GetDirectories(work))
        {
            if (other != Root)
            {
                TakeAside(other);
            }
        }

        foreach (string other in Directory.GetFiles(work, "*" + LockSuffix))
        {
            if (other != Root + LockSuffix)
            {
                TakeAside(other[..^LockSuffix.Length]);
            }
        }
    }

    private void TakeAside(string other)
    {
        try
        {
            using FileStream held = new(other + LockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _trash.Discard(other);
            File.Delete(other + LockSuffix);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its process lives, or it cannot be moved: a later start will find it again.
            Kept(_logger, other, exception.Message);
        }
    }

    [LoggerMessage(4112, LogLevel.Debug, "{Path} belongs to another process or could not be moved aside: {Reason}")]
    private static partial void Kept(ILogger logger, string path, string reason);
}
