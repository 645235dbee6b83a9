using System.Collections.Concurrent;
using Azure;
using FuncExec.Ledger.Azure.Jobs;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure.Signals;

/// <summary>
/// Announces what other processes change. Each second the heads of the jobs that are watched here are looked at, and a new version
/// wakes who watches. Nothing is read while nobody watches.
/// </summary>
internal sealed partial class RemoteChanges(JobReader jobs, JobSignals signals, ILogger logger) : IAsyncDisposable
{
    /// <summary>How late at most a watcher is told of what another process did, beside the time of one request.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private const int AtOnce = 16;

    private readonly CancellationTokenSource _closing = new();
    private ConcurrentDictionary<string, ETag?> _seen = new(StringComparer.Ordinal);
    private Task _looking = Task.CompletedTask;

    internal void Start() => _looking = Task.Run(LookAsync, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            await _looking.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        _closing.Dispose();
    }

    private async Task LookAsync()
    {
        using PeriodicTimer timer = new(Every);
        while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
        {
            try
            {
                await LookOnceAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (!_closing.IsCancellationRequested) // One look that failed must not be the last.
            {
                NotLooked(logger, exception);
            }
        }
    }

    private async Task LookOnceAsync()
    {
        var seen = new ConcurrentDictionary<string, ETag?>(StringComparer.Ordinal);
        ConcurrentDictionary<string, ETag?> before = _seen;
        await Parallel.ForEachAsync(
            signals.Watched(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = _closing.Token },
            async (id, token) =>
            {
                ETag? version = await jobs.FindVersionAsync(id, token).ConfigureAwait(false);
                seen[id] = version;

                // One that is new here may have changed since its watch began.
                if (!before.TryGetValue(id, out ETag? known) || known != version)
                {
                    signals.Announce(id);
                }
            }).ConfigureAwait(false);
        _seen = seen;
    }

    [LoggerMessage(6002, LogLevel.Warning, "The jobs that are watched could not be looked at; it is tried again within a second.")]
    private static partial void NotLooked(ILogger logger, Exception exception);
}
