using System.Threading.Channels;
using FuncExec.WorkerFunctions.Files.Native;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Files;

/// <summary>
/// Takes directories out of the way at once and deletes them in the background, one after another. What a process did not
/// get to is deleted by the next one of the same data directory.
/// </summary>
public sealed partial class Trash : IAsyncDisposable
{
    private readonly string _root;
    private readonly ILogger _logger;
    private readonly Channel<string> _waiting = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private Trash(string root, ILogger logger)
    {
        _root = root;
        _logger = logger;
        CancellationToken stop = _stop.Token;
        _loop = Task.Run(() => RunAsync(stop), CancellationToken.None);
    }

    /// <summary>Opens it; what is in it already is deleted in the background.</summary>
    public static Trash Open(string dataDirectory, ILogger<Trash> logger) =>
        new(PrivateDirectory.Create(Path.Combine(dataDirectory, "trash")), logger);

    /// <summary>Moves a directory aside and has it deleted. Nothing happens when it is not there.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public void Discard(string directory)
    {
        string aside = Path.Combine(_root, Guid.NewGuid().ToString("N"));
        try
        {
            Directory.Move(directory, aside);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        _waiting.Writer.TryWrite(aside);
    }

    /// <summary>Stops deleting.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            foreach (string left in Directory.EnumerateDirectories(_root))
            {
                Remove(left, stop);
            }

            await foreach (string directory in _waiting.Reader.ReadAllAsync(stop))
            {
                Remove(directory, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The next life goes on.
        }
    }

    private void Remove(string directory, CancellationToken stop)
    {
        if (DirectoryRemoval.Remove(directory, stop) is { } problem)
        {
            LeftBehind(_logger, directory, problem);
        }
    }

    [LoggerMessage(4110, LogLevel.Warning, "The directory {Path} is not needed and could not be deleted whole: {Problem} The next start tries again.")]
    private static partial void LeftBehind(ILogger logger, string path, string problem);
}
