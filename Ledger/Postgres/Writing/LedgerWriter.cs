using System.Buffers.Binary;
using System.Security.Cryptography;
using FuncExec.Ledger.Postgres.Schema;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Ledger.Postgres.Writing;

/// <summary>Runs calls in groups: one round trip, one transaction. What was changed is told of when it is durable.</summary>
internal sealed class LedgerWriter : IAsyncDisposable
{
    /// <summary>An argument is wrong, by the server's functions.</summary>
    private const string WrongArgument = "FL001";

    /// <summary>It cannot be done in this state, by the server's functions.</summary>
    private const string WrongState = "FL002";

    /// <summary>There is no such step, by the server's functions.</summary>
    private const string NoSuchStep = "FL003";

    /// <summary>What may be created is locked by place: so many there are, for the server's table of locks is bounded.</summary>
    private const uint Places = 1024;

    private readonly PostgresDatabase _database;
    private readonly Action<string> _changed;
    private readonly GroupWriter<GroupedCall> _groups;

    /// <param name="database">The database.</param>
    /// <param name="changed">Is told of each job that has changed.</param>
    internal LedgerWriter(PostgresDatabase database, Action<string> changed)
    {
        _database = database;
        _changed = changed;
        _groups = new GroupWriter<GroupedCall>(database, RunAsync, new GroupLimits());
    }

    internal async Task<T> RunAsync<T>(LedgerCall<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await _groups.SubmitAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (RejectedException exception) when (exception.InnerException is PostgresException { SqlState: WrongArgument } refusal)
        {
            throw new ArgumentException(refusal.MessageText, exception);
        }
        catch (RejectedException exception) when (exception.InnerException is PostgresException { SqlState: NoSuchStep } refusal)
        {
            throw new ArgumentOutOfRangeException(refusal.MessageText, exception);
        }
        catch (RejectedException exception) when (exception.InnerException is PostgresException { SqlState: WrongState } refusal)
        {
            throw new InvalidOperationException(refusal.MessageText, exception);
        }
    }

    public ValueTask DisposeAsync() => _groups.DisposeAsync();

    private async Task RunAsync(IReadOnlyList<GroupedCall> calls, CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using NpgsqlBatch batch = new(connection);
        int[] places = [.. calls.SelectMany(static call => ((ILedgerCall)call).MayCreate).Select(Place).Distinct()];
        byte[][] jobs = [.. calls.Select(static call => ((ILedgerCall)call).Job).OfType<string>().Distinct(StringComparer.Ordinal).Select(static job => Parameters.Bytes(job)!)];
        bool locks = places.Length > 0 || jobs.Length > 1;
        if (locks)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT ledger_lock($1, $2)").Array(places, NpgsqlDbType.Integer).Array(jobs, NpgsqlDbType.Bytea));
        }

        foreach (GroupedCall call in calls)
        {
            ((ILedgerCall)call).AddTo(batch.BatchCommands);
        }

        using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            bool isFirst = !locks;
            foreach (GroupedCall call in calls)
            {
                if (!isFirst)
                {
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }

                isFirst = false;
                await ((ILedgerCall)call).ReadAsync(reader, cancellationToken).ConfigureAwait(false);
            }

            // The answer to the commit comes after all others.
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }

        foreach (string job in calls.Select(static call => ((ILedgerCall)call).Changed).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            _changed(job);
        }
    }

    private static int Place(string text) => (int)(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Parameters.Bytes(text)!)) % Places);
}
