using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Faults;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FuncExec.Ledger.Postgres.Reading;

/// <summary>What is only read, or may be repeated: when the connection breaks it is, once or twice.</summary>
/// <param name="database">Where.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="isBounded">Whether it keeps to the places for reading: where there is something that a node lives by.</param>
internal sealed class LedgerReader(PostgresDatabase database, TimeProvider time, bool isBounded = true)
{
    /// <summary>Seconds that a removal of much may take.</summary>
    private const int LongTimeout = 600;

    private readonly ResiliencePipeline _again = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } exception && PostgresFaults.IsUnavailable(exception) && !PostgresFaults.IsTimeout(exception)),
            MaxRetryAttempts = 2,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(50),
            UseJitter = true,
        })
        .Build();

    /// <summary>A value of each row.</summary>
    internal Task<List<T>> ListAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(statement, read, isLong: false, cancellationToken);

    /// <summary>Runs a statement that may be repeated, and that removes as many rows as a content of any size has; answers the value of its row.</summary>
    internal async Task<T?> RemoveAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> found = await RunAsync(statement, read, isLong: true, cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? default : found[0];
    }

    private async Task<List<T>> RunAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, bool isLong, CancellationToken cancellationToken)
    {
        try
        {
            return await _again.ExecuteAsync(token => ReadAsync(statement, read, isLong, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFaults.Classify(exception) is not FaultKind.Defect)
        {
            throw database.Unavailable(exception);
        }
    }

    /// <summary>The value of the first row, or the default.</summary>
    internal async Task<T?> FindAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> found = await ListAsync(statement, read, cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? default : found[0];
    }

    /// <summary>Runs a statement that may be repeated.</summary>
    internal Task ExecuteAsync(NpgsqlBatchCommand statement, CancellationToken cancellationToken) => ListAsync(statement, static _ => true, cancellationToken);

    private async ValueTask<List<T>> ReadAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, bool isLong, CancellationToken cancellationToken)
    {
        using ReadingPlaces.Place place = isBounded ? await database.Reading.TakeAsync(cancellationToken).ConfigureAwait(false) : default;
        using NpgsqlConnection connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using NpgsqlCommand command = new(statement.CommandText, connection);
        if (isLong)
        {
            command.CommandTimeout = LongTimeout;
        }

        foreach (NpgsqlParameter parameter in statement.Parameters)
        {
            command.Parameters.Add(parameter.Clone());
        }

        using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<T> values = [];
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            values.Add(read(row));
        }

        await row.NextResultAsync(cancellationToken).ConfigureAwait(false); // What was written is durable from here on.
        return values;
    }
}
