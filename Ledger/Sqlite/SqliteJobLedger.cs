using FuncExec.Ledger.Sqlite.Files;
using FuncExec.Ledger.Sqlite.Nodes;
using FuncExec.Ledger.Sqlite.Reading;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Ledger.Values;
using FuncExec.Runtime.SqliteFiles;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Sqlite;

/// <summary>
/// A ledger in one SQLite file, <c>ledger.db</c> in the data directory, for one process. Writes go through the queue of
/// the one writing connection; reads use connections of their own and see every commit that was answered before.
/// </summary>
public sealed partial class SqliteJobLedger : IJobLedger
{
    private readonly TimeProvider _time;
    private readonly NodeLives _lives;
    private readonly SqliteFile<LedgerStore, LedgerReader> _file;

    /// <summary>Makes the ledger of a data directory, which must be there when it is opened.</summary>
    /// <param name="dataDirectory">The directory.</param>
    /// <param name="signals">Is told of every job that has changed, after the change is durable.</param>
    /// <param name="time">The ledger's clock; leases live by its monotonic part.</param>
    /// <param name="logger">Is told what nobody waits for.</param>
    public SqliteJobLedger(string dataDirectory, JobSignals signals, TimeProvider time, ILogger<SqliteJobLedger> logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        _time = time;
        _lives = new NodeLives(time);
        _file = new SqliteFile<LedgerStore, LedgerReader>(
            dataDirectory,
            "ledger.db",
            LedgerKind.Instance,
            (connection, gate) => new LedgerStore(connection, _lives, signals, gate, time),
            static connection => new LedgerReader(connection),
            logger);
    }

    /// <inheritdoc/>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <inheritdoc/>
    public string Description => $"SQLite, {_file.Path}";

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _file.Open();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task BeginNodeAsync(NodeLife node, TimeSpan lease, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckNode(node, lease);
        long? key = await WriteAsync(store => store.Tables.Nodes.Insert(node), cancellationToken).ConfigureAwait(false);
        if (key is null)
        {
            throw new ArgumentException($"The life '{node.Id}' of a node has begun before; every start needs a new id.", nameof(node));
        }

        _lives.Begin(node, key.Value, lease);
    }

    /// <inheritdoc/>
    public Task<bool> RenewNodeAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_lives.Renew(nodeId));
    }

    /// <inheritdoc/>
    public Task EndNodeAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        cancellationToken.ThrowIfCancellationRequested();
        _lives.End(nodeId);
        return Task.CompletedTask;
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
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_lives.AskToDrain(nodeId));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeRecord>> ListNodesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_lives.List());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<T> WriteAsync<T>(Func<LedgerStore, T> run, CancellationToken cancellationToken, long weight = 512) =>
        _file.WriteAsync(new LedgerOperation<T>(run, weight), cancellationToken).AsTask();

    private Task<T> ReadAsync<T>(Func<LedgerReader, T> read, CancellationToken cancellationToken) =>
        _file.ReadAsync(static (reader, read) => read(reader), read, cancellationToken);
}
