using Npgsql;

namespace FuncExec.Ledger.Postgres.Writing;

/// <summary>The reading of answers.</summary>
internal static class Rows
{
    /// <summary>Reads the one row of an answer.</summary>
    internal static async Task RowAsync(this NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException("The server answered a call without a row.");
        }
    }

    /// <summary>Goes on to the next answer.</summary>
    internal static Task NextAsync(this NpgsqlDataReader reader, CancellationToken cancellationToken) => reader.NextResultAsync(cancellationToken);
}
