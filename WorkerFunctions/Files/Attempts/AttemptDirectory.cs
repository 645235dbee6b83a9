using FuncExec.WorkerFunctions.Files.Native;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Files.Attempts;

/// <summary>The directory of one attempt; disposing of it deletes it with all that is in it.</summary>
public sealed partial class AttemptDirectory : IAsyncDisposable
{
    private readonly ILogger _logger;

    internal AttemptDirectory(string path, ILogger logger)
    {
        FullPath = path;
        _logger = logger;
    }

    /// <summary>Its absolute path.</summary>
    public string FullPath { get; }

    /// <summary>Deletes it. What cannot be deleted stays and is logged: the attempt's outcome is known already.</summary>
    public async ValueTask DisposeAsync()
    {
        // Most attempts leave nothing: that takes one call and no other thread.
        if (FileCalls.IsSupported && FileCalls.RemoveDirectory(FullPath) == 0)
        {
            return;
        }

        string? problem = await Task.Run(() => DirectoryRemoval.Remove(FullPath, CancellationToken.None));
        if (problem is not null)
        {
            LeftBehind(_logger, FullPath, problem);
        }
    }

    [LoggerMessage(4111, LogLevel.Warning, "The directory {Path} of an attempt could not be deleted whole: {Problem} The next start tries again.")]
    private static partial void LeftBehind(ILogger logger, string path, string problem);
}
