using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Ledger.Values;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Blobs;

/// <summary>
/// Content on its way: its pieces come one by one, and belong to nobody until it is kept. What is not kept goes when this is disposed
/// of, and what a crash left when it has not grown for a day (<see cref="Uploads"/>).
/// </summary>
internal sealed class Upload(LedgerReader statements) : IAsyncDisposable
{
    private readonly Guid _content = Guid.NewGuid();
    private int _pieces;
    private bool _isKept;

    internal async Task AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        await statements.ExecuteAsync(
            new NpgsqlBatchCommand(
                """
                WITH upload AS (
                    INSERT INTO ledger_uploads(content, renewed) VALUES ($1, ledger_now()) ON CONFLICT (content) DO UPDATE SET renewed = excluded.renewed RETURNING content)
                INSERT INTO ledger_content_pieces(content, number, data) SELECT content, $2, $3 FROM upload ON CONFLICT DO NOTHING
                """).Id(_content).Int(_pieces).Bytes(Packed.Of(piece.Span)),
            cancellationToken).ConfigureAwait(false);
        _pieces++;
    }

    internal async Task KeepAsync(string jobId, byte[] hash, long size, CancellationToken cancellationToken)
    {
        await statements.RemoveAsync(
            new NpgsqlBatchCommand("SELECT ledger_keep_content($1, $2, $3, $4)").Text(jobId).Bytes(hash).Id(_content).Long(size),
            static _ => true,
            cancellationToken).ConfigureAwait(false);
        _isKept = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isKept || _pieces == 0)
        {
            return;
        }

        try
        {
            await Uploads.DropAsync(statements, _content, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException)
        {
            // Whoever put it has an error already; a later start finds it.
        }
    }
}
