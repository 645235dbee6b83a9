using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>The directory of one attempt, deleted with all that is in it.</summary>
internal sealed partial class AttemptDirectory : IDisposable
{
    private static long _last;

    private readonly ILogger _logger;

    private AttemptDirectory(string path, ILogger logger)
    {
        FullPath = path;
        _logger = logger;
    }

    /// <summary>Its absolute path.</summary>
    public string FullPath { get; }

    /// <summary>Makes one that no other attempt has.</summary>
    public static AttemptDirectory Create(string root, ILogger logger)
    {
        string path = Path.Combine(root, Interlocked.Increment(ref _last).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new AttemptDirectory(path, logger);
    }

    /// <summary>Deletes it. What cannot be deleted stays and is logged: the outcome of the attempt is known already.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LeftBehind(_logger, FullPath, exception);
        }
    }

    [LoggerMessage(4010, LogLevel.Warning, "The directory {Path} of an attempt could not be deleted.")]
    private static partial void LeftBehind(ILogger logger, string path, Exception exception);
}
