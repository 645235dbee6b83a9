using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Schema;
using FuncExec.Ledger.Postgres.Signals;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Ledger.Postgres.Writing;
using FuncExec.Ledger.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Opening;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FuncExec.Ledger.Postgres;

/// <summary>
/// A ledger in a schema of PostgreSQL, for any number of nodes: the schema of the hub of that name, beside its tables. Writes go in
/// groups, one round trip each; a job's rows are written under the lock of its own row, so that its events have no gap.
/// </summary>
public sealed partial class PostgresJobLedger : IJobLedger
{
    /// <summary>Five nodes fit a server as it comes, with 100: see the hub.</summary>
    private const int Connections = 5;

    private readonly PostgresDatabase _database;
    private readonly LedgerReader _reader;
    private readonly LedgerReader _life;
    private readonly LedgerSignals _signals;
    private readonly LedgerWriter _writer;

    /// <summary>Makes the ledger of a hub.</summary>
    /// <param name="connectionString">The server and the database, as for the hub.</param>
    /// <param name="hubName">The hub's name; its schema is the ledger's.</param>
    /// <param name="signals">Is told of every job that has changed, here or on another node, after the change is durable.</param>
    /// <param name="time">The clock of waits; what is stored has the server's.</param>
    /// <param name="loggerFactory">Where it logs.</param>
    /// <exception cref="LedgerStartException">The connection string or the name cannot be used: what to do.</exception>
    public PostgresJobLedger(string connectionString, string hubName, JobSignals signals, TimeProvider time, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _database = Databases.Make(connectionString, hubName, Connections, time, loggerFactory);
        _reader = new LedgerReader(_database, time);
        _life = new LedgerReader(_database, time, isBounded: false);
        _signals = new LedgerSignals(_database, signals, time, loggerFactory.CreateLogger<PostgresJobLedger>());
        _writer = new LedgerWriter(_database, _signals.Announce);
    }

    /// <inheritdoc/>
    public string Description => _database.Description;

    /// <inheritdoc/>
    public DateTimeOffset Now => _database.Clock.Now;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await _signals.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task BeginNodeAsync(NodeLife node, TimeSpan lease, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckNode(node, lease);
        long asked = _database.Clock.Ask();
        DateTimeOffset? began = await _writer.RunAsync(
            Call(
                null,
                () => [new NpgsqlBatchCommand(
                    "INSERT INTO ledger_nodes(id, name, lease, expires, begun, renewed, knows) SELECT $1, $2, $3, n + $3, n, n, $4 FROM ledger_now() n ON CONFLICT DO NOTHING RETURNING ledger_now()")
                    .Text(node.Id).Text(node.Name).Span(lease).Int(LedgerKind.Instance.Knows)],
                static async (reader, token) => (await reader.ReadAsync(token).ConfigureAwait(false) ? reader.Time(0) : (DateTimeOffset?)null, false)),
            cancellationToken).ConfigureAwait(false);
        if (began is { } at)
        {
            _database.Clock.Set(asked, at);
        }
        else
        {
            throw new ArgumentException($"The life '{node.Id}' of a node has begun before; every start needs a new id.", nameof(node));
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RenewNodeAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        long asked = _database.Clock.Ask();
        DateTimeOffset? renewed = await _life.FindAsync(
            new NpgsqlBatchCommand("UPDATE ledger_nodes SET expires = ledger_now() + lease, renewed = ledger_now() WHERE id = $1 AND expires > ledger_now() RETURNING ledger_now()").Text(nodeId),
            static row => (DateTimeOffset?)row.Time(0),
            cancellationToken).ConfigureAwait(false);
        if (renewed is { } at)
        {
            _database.Clock.Set(asked, at);
        }

        return renewed is not null;
    }

    /// <inheritdoc/>
    public Task EndNodeAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return _reader.ExecuteAsync(
            new NpgsqlBatchCommand("UPDATE ledger_nodes SET expires = ledger_now() WHERE id = $1 AND expires > ledger_now()").Text(nodeId), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ReportNodeAsync(string nodeId, string report, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckReport(nodeId, report);
        return _reader.FindAsync(
            new NpgsqlBatchCommand("UPDATE ledger_nodes SET report = $2 WHERE id = $1 AND expires > ledger_now() RETURNING drains").Text(nodeId).Text(report),
            static row => row.GetBoolean(0),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> AskNodeToDrainAsync(string nodeId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return _reader.FindAsync(
            new NpgsqlBatchCommand("UPDATE ledger_nodes SET drains = true WHERE id = $1 AND expires > ledger_now() RETURNING true").Text(nodeId),
            static row => row.GetBoolean(0),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeRecord>> ListNodesAsync(CancellationToken cancellationToken) => await _reader.ListAsync(
        new NpgsqlBatchCommand(
            """
            SELECT id, name, begun, renewed, lease, expires <= ledger_now(), drains, report
            FROM (SELECT * FROM ledger_nodes WHERE expires > (SELECT ledger_now() - $1) ORDER BY expires DESC LIMIT 1000) n ORDER BY begun DESC, key DESC
            """).Span(TimeSpan.FromHours(1)),
        static row => new NodeRecord
        {
            Id = row.Text(0),
            Name = row.Text(1),
            BegunAt = row.Time(2),
            RenewedAt = row.Time(3),
            Lease = TimeSpan.FromTicks(row.GetInt64(4)),
            IsOver = row.GetBoolean(5),
            IsAskedToDrain = row.GetBoolean(6),
            Report = row.TextOrNull(7),
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _signals.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private static LedgerCall<T> Call<T>(
        string? job, Func<NpgsqlBatchCommand[]> commands, Func<NpgsqlDataReader, CancellationToken, Task<(T Answer, bool IsChange)>> read, long weight = 512) =>
        new(job, commands, read) { Bytes = weight };

    /// <summary>A call of one function that answers one value.</summary>
    private Task<T> RunAsync<T>(
        string jobId, NpgsqlBatchCommand command, Func<NpgsqlDataReader, (T Answer, bool IsChange)> read, CancellationToken cancellationToken, long weight = 512) =>
        _writer.RunAsync(
            Call(
                jobId,
                () => [command],
                async (reader, token) =>
                {
                    await reader.RowAsync(token).ConfigureAwait(false);
                    return read(reader);
                },
                weight),
            cancellationToken);

    /// <summary>A call of one function that says whether it has changed the job, and then the job as it stands.</summary>
    private Task<JobRecord?> RunAndReadAsync(string jobId, NpgsqlBatchCommand command, CancellationToken cancellationToken) => _writer.RunAsync(
        Call(
            jobId,
            () => [command, new NpgsqlBatchCommand(JobRows.Find).Text(jobId)],
            static async (reader, token) =>
            {
                await reader.RowAsync(token).ConfigureAwait(false);
                bool isChange = reader.GetBoolean(0);
                await reader.NextAsync(token).ConfigureAwait(false);
                return (await JobRows.ReadOneAsync(reader, token).ConfigureAwait(false), isChange);
            }),
        cancellationToken);
}
