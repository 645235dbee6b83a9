using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Values;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Blobs;

/// <summary>What was begun to be put and never kept.</summary>
internal static class Uploads
{
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);

    /// <summary>Drops those that have not grown for a day: whoever sent them is gone.</summary>
    internal static async Task DropAbandonedAsync(LedgerReader statements, CancellationToken cancellationToken)
    {
        foreach (Guid content in await statements.ListAsync(
            new NpgsqlBatchCommand("SELECT content FROM ledger_uploads WHERE renewed < ledger_now() - $1").Span(s_abandoned),
            static row => row.GetGuid(0),
            cancellationToken).ConfigureAwait(false))
        {
            await DropAsync(statements, content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Drops one, unless it was kept after all.</summary>
    internal static Task DropAsync(LedgerReader statements, Guid content, CancellationToken cancellationToken) => statements.RemoveAsync(
        new NpgsqlBatchCommand(
            """
            WITH gone AS (DELETE FROM ledger_uploads WHERE content = $1 RETURNING content)
            DELETE FROM ledger_content_pieces p USING gone g WHERE p.content = g.content
            """).Id(content),
        static _ => true,
        cancellationToken);
}
