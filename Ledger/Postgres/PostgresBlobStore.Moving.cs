using System.Runtime.CompilerServices;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Opening;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Ledger.Postgres;

/// <summary>What whoever moves the blobs has to know.</summary>
public sealed partial class PostgresBlobStore
{
    private const int PageSize = 500;

    /// <summary>Makes the blob store of a hub that bears the mark of a migration, for whoever moves it.</summary>
    /// <param name="connectionString">The server and the database.</param>
    /// <param name="hubName">The hub's name.</param>
    /// <exception cref="LedgerStartException">The connection string or the name cannot be used: what to do.</exception>
    public static PostgresBlobStore ForTransfer(string connectionString, string hubName) => new(
        Databases.Make(connectionString, hubName, Connections, TimeProvider.System, NullLoggerFactory.Instance, SchemaUse.Target), TimeProvider.System);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobExtent> ListBlobsAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = "";
        List<BlobExtent> page;
        do
        {
            page = await _reader.ListAsync(
                new NpgsqlBatchCommand("SELECT path, length FROM ledger_blobs WHERE job = $1 AND path > $2 ORDER BY path LIMIT $3").Text(jobId).Text(after).Int(PageSize),
                static row => new BlobExtent(row.Text(0), row.GetInt64(1)),
                cancellationToken).ConfigureAwait(false);
            foreach (BlobExtent blob in page)
            {
                yield return blob;
                after = blob.Path;
            }
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentId> ListContentsAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] after = [];
        List<ContentId> page;
        do
        {
            page = await _reader.ListAsync(
                new NpgsqlBatchCommand(
                    """
                    SELECT o.hash, c.size FROM ledger_content_owners o JOIN ledger_contents c ON c.hash = o.hash
                    WHERE o.job = $1 AND o.hash > $2 ORDER BY o.hash LIMIT $3
                    """).Text(jobId).Bytes(after).Int(PageSize),
                static row => new ContentId(Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0)), row.GetInt64(1)),
                cancellationToken).ConfigureAwait(false);
            foreach (ContentId content in page)
            {
                yield return content;
                after = Convert.FromHexString(content.Hash);
            }
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public async Task<bool> TryAdoptContentAsync(string jobId, string hash, CancellationToken cancellationToken)
    {
        BlobNames.CheckJob(jobId);
        byte[] digest = Convert.FromHexString(BlobNames.CheckHash(hash));
        return await _reader.FindAsync(
            new NpgsqlBatchCommand("SELECT job FROM ledger_content_owners WHERE hash = $1 LIMIT 1").Bytes(digest),
            static row => row.Text(0),
            cancellationToken).ConfigureAwait(false) is { } owner
            && await ShareContentAsync(owner, jobId, hash, cancellationToken).ConfigureAwait(false);
    }
}
