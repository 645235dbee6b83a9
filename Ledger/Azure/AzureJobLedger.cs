using Azure.Data.Tables;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Nodes;
using FuncExec.Ledger.Azure.Reading;
using FuncExec.Ledger.Azure.Signals;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Azure.Writing;
using FuncExec.Ledger.Values;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure;

/// <summary>
/// A ledger in one table of an Azure Storage account, for any number of processes at once. A job is a partition, and every change
/// of it writes one row on condition of its version. What other processes change of a job that is watched is announced
/// within a second.
/// </summary>
/// <remarks>
/// Texts for people (errors, reasons) longer than 16,384 characters are cut. Ids of jobs have 1 to 128 of the characters
/// <c>A-Z a-z 0-9 . _ -</c>. Times are those of the machine that changes the job; within a job they do not go back.
/// </remarks>
public sealed partial class AzureJobLedger : IJobLedger
{
    private readonly TimeProvider _time;
    private readonly LedgerTable _table;
    private readonly LedgerLimits _limits;
    private readonly JobReader _jobs;
    private readonly NodeLives _lives;
    private readonly TotalsTable _totals;
    private readonly JobWriters _writers;
    private readonly JobPlaces _places;
    private readonly JobCreation _creation;
    private readonly JobDeletion _deletion;
    private readonly JobPages _pages;
    private readonly TaskReader _tasks;
    private readonly ArtifactReader _artifacts;
    private readonly EventReader _events;
    private readonly RemoteChanges _remote;

    /// <summary>Makes the ledger of an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="table">The table's name, which is made if need be: 3 to 63 letters and digits, a letter first.</param>
    /// <param name="signals">Is told of every job that has changed, after the change is durable.</param>
    /// <param name="time">The clock of what this process writes; leases live by its monotonic part and the service's clock.</param>
    /// <param name="logger">Is told what nobody waits for.</param>
    public AzureJobLedger(AzureStorageAccount account, string table, JobSignals signals, TimeProvider time, ILogger<AzureJobLedger> logger)
        : this((account ?? throw new ArgumentNullException(nameof(account))).OpenTables(), table, signals, time, logger, LedgerLimits.Default)
    {
    }

    internal AzureJobLedger(
        TableServiceClient service, string table, JobSignals signals, TimeProvider time, ILogger<AzureJobLedger> logger, LedgerLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        _limits = limits;
        _table = new LedgerTable(service.GetTableClient(table));
        _jobs = new JobReader(_table);
        _time = time;
        _lives = new NodeLives(_table, time);
        _totals = new TotalsTable(_table);
        var requests = new RequestTable(_table);
        var commits = new JobCommits(_jobs, signals, logger);
        _writers = new JobWriters(_jobs, commits, time);
        _places = new JobPlaces(_jobs, _totals, time);
        _creation = new JobCreation(_jobs, commits, _totals, requests, _places, limits, time);
        _deletion = new JobDeletion(_jobs, _writers, _places, requests, time);
        _pages = new JobPages(_jobs, limits);
        _tasks = new TaskReader(_jobs);
        _artifacts = new ArtifactReader(_jobs);
        _events = new EventReader(_jobs);
        _remote = new RemoteChanges(_jobs, signals, logger);
    }

    /// <inheritdoc/>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <inheritdoc/>
    public string Description => $"Azure Storage, {_table.Address.GetLeftPart(UriPartial.Path)}";

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _table.CreateAsync(cancellationToken).ConfigureAwait(false);
            await LedgerVersion.CheckAsync(_table, cancellationToken).ConfigureAwait(false);
            await _lives.ForgetAsync(cancellationToken).ConfigureAwait(false);
            await _places.FreeAsync(_limits.Leftover, cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            throw new LedgerStartException(exception.Message, exception);
        }

        _remote.Start();
    }

    /// <inheritdoc/>
    public Task BeginNodeAsync(NodeLife node, TimeSpan lease, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckNode(node, lease);
        return _lives.BeginAsync(node, lease, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RenewNodeAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return _lives.RenewAsync(nodeId, cancellationToken);
    }

    /// <inheritdoc/>
    public Task EndNodeAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return _lives.EndAsync(nodeId, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ReportNodeAsync(string nodeId, string report, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckReport(nodeId, report);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_lives.Report(nodeId, report));
    }

    /// <inheritdoc/>
    public Task<bool> AskNodeToDrainAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return _lives.AskToDrainAsync(nodeId, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeRecord>> ListNodesAsync(CancellationToken cancellationToken) => _lives.ListAsync(cancellationToken);

    /// <summary>Frees the places of jobs that ended, and of those older than a time that never came to be.</summary>
    internal Task FreePlacesAsync(TimeSpan olderThan, CancellationToken cancellationToken) => _places.FreeAsync(olderThan, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _remote.DisposeAsync().ConfigureAwait(false);
        await _writers.DisposeAsync().ConfigureAwait(false);
    }
}
