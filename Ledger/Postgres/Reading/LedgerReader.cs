using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Faults;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FuncExec.Ledger.Postgres.Reading;

/// <summary>What is only read. A connection that breaks is tried again once or twice: nothing was changed.</summary>
/// <param name="database">Where.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="isBounded">Whether it keeps to the places for reading: where there is something that a node lives by.</param>
internal sealed class LedgerReader(PostgresDatabase database, TimeProvider time, bool isBounded = true)
{
    private readonly ResiliencePipeline _again = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } exception && PostgresFaults.IsUnavailable(exception)),
            MaxRetryAttempts = 2,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(50),
            UseJitter = true,
        })
        .Build();

    /// <summary>A value of each row.</summary>
    internal async Task<List<T>> ListAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _again.ExecuteAsync(token => ReadAsync(statement, read, token), cancellationToken).ConfigureAwait(false);
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

    private async ValueTask<List<T>> ReadAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        using ReadingPlaces.Place place = isBounded ? await database.Reading.TakeAsync(cancellationToken).ConfigureAwait(false) : default;
        using NpgsqlCommand command = database.Source.CreateCommand(statement.CommandText);
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

        return values;
    }
}
