using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Signals;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Postgres.Signals;

/// <summary>
/// Carries announcements of jobs between the nodes of a schema. Beneath it, for what no signal told: who watches is woken now and
/// then all the same.
/// </summary>
internal sealed class LedgerSignals : IAsyncDisposable
{
    private static readonly TimeSpan s_safetyPoll = TimeSpan.FromSeconds(15);

    private readonly PostgresSignals _remote;
    private readonly JobSignals _local;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private Task _polling = Task.CompletedTask;

    internal LedgerSignals(PostgresDatabase database, JobSignals local, TimeProvider time, ILogger logger)
    {
        _local = local;
        _time = time;
        _remote = new PostgresSignals(database, "ledger", time, logger);
        _remote.Received += local.Announce;
        _remote.Reconnected += AnnounceAll;
    }

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await _remote.StartAsync(cancellationToken).ConfigureAwait(false);
        _polling = Task.Run(PollAsync, CancellationToken.None);
    }

    /// <summary>A job has changed, durably: those who watch it here and elsewhere are woken.</summary>
    internal void Announce(string jobId)
    {
        _local.Announce(jobId);
        _remote.Notify(jobId);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);
        await _remote.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task PollAsync()
    {
        try
        {
            using PeriodicTimer timer = new(s_safetyPoll, _time);
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                AnnounceAll();
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the loop.
        }
    }

    private void AnnounceAll()
    {
        foreach (string job in _local.Watched())
        {
            _local.Announce(job);
        }
    }
}
