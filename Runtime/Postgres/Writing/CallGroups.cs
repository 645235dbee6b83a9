using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Runs a group of calls in one round trip, which is one transaction: what has no errors in between is committed at its end.</summary>
internal static class CallGroups
{
    internal static async Task RunAsync(PostgresDatabase database, IReadOnlyList<GroupedCall> calls, CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using NpgsqlBatch batch = new(connection);
        int[] places = [.. calls.SelectMany(static call => ((IHubCall)call).Ids).Select(IdHash.Place).Distinct()];
        Guid[] rows = [.. calls.Select(static call => ((IHubCall)call).Row).OfType<Guid>().Distinct()];
        bool locks = places.Length > 0 || rows.Length > 1;
        if (locks)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT lock_group($1, $2)").With(places).With(rows));
        }

        foreach (GroupedCall call in calls)
        {
            ((IHubCall)call).AddTo(batch.BatchCommands);
        }

        using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        bool isFirst = !locks;
        foreach (GroupedCall call in calls)
        {
            if (!isFirst)
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }

            isFirst = false;
            await ((IHubCall)call).ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        }

        // The answer to the commit comes after all others.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Reads the one row of an answer.</summary>
    internal static async Task RowAsync(this NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException("The server answered a call without a row.");
        }
    }
}
