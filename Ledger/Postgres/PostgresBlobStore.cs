using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using FuncExec.Ledger.Postgres.Blobs;
using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Ledger.Postgres.Writing;
using FuncExec.Ledger.Values;
using FuncExec.Runtime.PostgresStore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FuncExec.Ledger.Postgres;

/// <summary>
/// Blobs in the tables of the ledger: no shared file system is needed. They are stored in pieces of 64 KiB, compressed where that pays;
/// content is stored once, whosever it is.
/// </summary>
public sealed partial class PostgresBlobStore : IMovableBlobs
{
    /// <summary>Five nodes fit a server as it comes, with 100: see the hub.</summary>
    private const int Connections = 3;

    private readonly PostgresDatabase _database;
    private readonly LedgerReader _reader;
    private readonly LedgerWriter _writer;

    /// <summary>Makes the blob store of a hub.</summary>
    /// <param name="connectionString">The server and the database, as for the hub.</param>
    /// <param name="hubName">The hub's name; its schema is the ledger's.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="loggerFactory">Where it logs.</param>
    /// <exception cref="LedgerStartException">The connection string or the name cannot be used: what to do.</exception>
    public PostgresBlobStore(string connectionString, string hubName, TimeProvider time, ILoggerFactory loggerFactory)
        : this(Databases.Make(connectionString, hubName, Connections, time, loggerFactory ?? throw new ArgumentNullException(nameof(loggerFactory))), time)
    {
    }

    private PostgresBlobStore(PostgresDatabase database, TimeProvider time)
    {
        _database = database;
        _reader = new LedgerReader(_database, time, isBounded: false);
        _writer = new LedgerWriter(_database, static _ => { });
    }

    /// <inheritdoc/>
    public string Description => _database.Description;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await Uploads.DropAbandonedAsync(_reader, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task WriteAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        return _writer.RunAsync(
            new LedgerCall<bool>(
                null,
                () =>
                [
                    new NpgsqlBatchCommand("SELECT ledger_delete_blob($1, $2)").Text(name.JobId).Text(name.Path),
                    new NpgsqlBatchCommand("INSERT INTO ledger_blobs(job, path, length) VALUES ($1, $2, $3) ON CONFLICT (job, path) DO UPDATE SET length = excluded.length")
                        .Text(name.JobId).Text(name.Path).Long(content.Length),
                    .. Pieces.Of(content).Select(piece => new NpgsqlBatchCommand("INSERT INTO ledger_blob_pieces(job, path, start, data) VALUES ($1, $2, $3, $4)")
                        .Text(name.JobId).Text(name.Path).Long(piece.Start).Bytes(piece.Packed)),
                ],
                (reader, token) => PassAsync(reader, 1 + Pieces.Count(content.Length), token))
            {
                Bytes = 512 + content.Length,
                MayCreate = [$"{name.JobId}\n{name.Path}"],
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        byte[] packed = Packed.Of(bytes.Span);
        return _writer.RunAsync(
            new LedgerCall<AppendOutcome>(
                null,
                () => [new NpgsqlBatchCommand("SELECT * FROM ledger_append($1, $2, $3, $4, $5)").Text(name.JobId).Text(name.Path).Long(offset).Bytes(packed).Long(bytes.Length)],
                static async (reader, token) =>
                {
                    await reader.RowAsync(token).ConfigureAwait(false);
                    return (new AppendOutcome(reader.GetBoolean(0), reader.GetInt64(1)), false);
                })
            {
                Bytes = 256 + packed.Length,
                MayCreate = [$"{name.JobId}\n{name.Path}"],
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task FlushAsync(BlobName name, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        return Task.CompletedTask; // What was appended is durable when it has been answered.
    }

    /// <inheritdoc/>
    public async Task<int> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        // From the piece that the offset is in, as far as the buffer goes, a bounded number of pieces.
        List<(long Start, byte[] Data)> pieces = await _reader.ListAsync(
            new NpgsqlBatchCommand(
                """
                SELECT p.start, p.data FROM ledger_blob_pieces p WHERE p.job = $1 AND p.path = $2
                    AND p.start >= (SELECT max(f.start) FROM ledger_blob_pieces f WHERE f.job = $1 AND f.path = $2 AND f.start <= $3) AND p.start < $4
                ORDER BY p.start LIMIT 64
                """).Text(name.JobId).Text(name.Path).Long(offset).Long(offset + buffer.Length),
            static row => (row.GetInt64(0), row.Packed(1)),
            cancellationToken).ConfigureAwait(false);
        int read = 0;
        foreach ((long start, byte[] data) in pieces)
        {
            int from = (int)Math.Max(0, offset + read - start);
            int count = Math.Min(data.Length - from, buffer.Length - read);
            if (count <= 0 || start > offset + read)
            {
                break;
            }

            data.AsMemory(from, count).CopyTo(buffer[read..]);
            read += count;
        }

        return read;
    }

    /// <inheritdoc/>
    public Task<long?> GetLengthAsync(BlobName name, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        return _reader.FindAsync(
            new NpgsqlBatchCommand("SELECT length FROM ledger_blobs WHERE job = $1 AND path = $2").Text(name.JobId).Text(name.Path),
            static row => (long?)row.GetInt64(0),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(BlobName name, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        return _reader.ExecuteAsync(new NpgsqlBatchCommand("SELECT ledger_delete_blob($1, $2)").Text(name.JobId).Text(name.Path), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> ShareAsync(BlobName name, string toJobId, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        BlobNames.CheckJob(toJobId);
        return await _reader.FindAsync(
            new NpgsqlBatchCommand(
                """
                WITH source AS (SELECT length FROM ledger_blobs WHERE job = $1 AND path = $2),
                made AS (INSERT INTO ledger_blobs(job, path, length) SELECT $3, $2, length FROM source ON CONFLICT DO NOTHING RETURNING 1),
                pieces AS (
                    INSERT INTO ledger_blob_pieces(job, path, start, data)
                    SELECT $3, $2, p.start, p.data FROM ledger_blob_pieces p, made WHERE p.job = $1 AND p.path = $2 ON CONFLICT DO NOTHING)
                SELECT EXISTS (SELECT FROM source)
                """).Text(name.JobId).Text(name.Path).Text(toJobId),
            static row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ContentId?> PutContentAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken)
    {
        BlobNames.CheckJob(jobId);
        ArgumentNullException.ThrowIfNull(content);
        Upload upload = new(_reader);
        await using ConfiguredAsyncDisposable drop = upload.ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Pieces.Size);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0;
            while (true)
            {
                int count = await content.ReadAtLeastAsync(buffer.AsMemory(0, Pieces.Size), Pieces.Size, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                size += count;
                if (size > limit)
                {
                    return null;
                }

                if (count > 0)
                {
                    hash.AppendData(buffer, 0, count);
                    await upload.AddAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }

                if (count < Pieces.Size)
                {
                    break;
                }
            }

            byte[] digest = hash.GetHashAndReset();
            await upload.KeepAsync(jobId, digest, size, cancellationToken).ConfigureAwait(false);
            return new ContentId(Convert.ToHexStringLower(digest), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken)
    {
        BlobNames.CheckJob(jobId);
        byte[] digest = Convert.FromHexString(BlobNames.CheckHash(hash));
        (Guid Content, long Size)? found = await _reader.FindAsync(
            new NpgsqlBatchCommand("SELECT c.content, c.size FROM ledger_content_owners o JOIN ledger_contents c ON c.hash = o.hash WHERE o.job = $1 AND o.hash = $2").Text(jobId).Bytes(digest),
            static row => ((Guid, long)?)(row.GetGuid(0), row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);
        return found is { } content ? new ContentStream(_reader, content.Content, content.Size) : null;
    }

    /// <inheritdoc/>
    public Task<bool> ShareContentAsync(string fromJobId, string toJobId, string hash, CancellationToken cancellationToken)
    {
        BlobNames.CheckJob(fromJobId);
        BlobNames.CheckJob(toJobId);
        byte[] digest = Convert.FromHexString(BlobNames.CheckHash(hash));
        return _reader.FindAsync(
            new NpgsqlBatchCommand("SELECT ledger_share_content($1, $2, $3)").Text(fromJobId).Text(toJobId).Bytes(digest), static row => row.GetBoolean(0), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> MaterializeAsync(string jobId, string hash, string path, CancellationToken cancellationToken)
    {
        Stream? content = await OpenContentAsync(jobId, hash, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return false;
        }

        await using ConfiguredAsyncDisposable _ = content.ConfigureAwait(false);
        FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false);
        try
        {
            using (file)
            {
                await content.CopyToAsync(file, Pieces.Size, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteJobAsync(string jobId, CancellationToken cancellationToken)
    {
        BlobNames.CheckJob(jobId);
        await _reader.ExecuteAsync(new NpgsqlBatchCommand("DELETE FROM ledger_blobs WHERE job = $1").Text(jobId), cancellationToken).ConfigureAwait(false);
        int deleted;
        do
        {
            deleted = await _reader.FindAsync(
                new NpgsqlBatchCommand(
                    """
                    WITH gone AS (DELETE FROM ledger_blob_pieces WHERE job = $1 AND (path, start) IN (
                        SELECT path, start FROM ledger_blob_pieces WHERE job = $1 ORDER BY path, start LIMIT 1000) RETURNING 1)
                    SELECT count(*)::int FROM gone
                    """).Text(jobId),
                static row => row.GetInt32(0),
                cancellationToken).ConfigureAwait(false);
        }
        while (deleted > 0);
        while (await _reader.FindAsync(new NpgsqlBatchCommand("SELECT ledger_drop_content($1)").Text(jobId), static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))
        {
            // One content after the other: each may be large.
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListJobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // From one job to the next along the indexes, however much each has.
        for (string? job = await NextJobAsync("", cancellationToken).ConfigureAwait(false);
            job is not null;
            job = await NextJobAsync(job, cancellationToken).ConfigureAwait(false))
        {
            yield return job;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private Task<string?> NextJobAsync(string after, CancellationToken cancellationToken) => _reader.FindAsync(
        new NpgsqlBatchCommand(
            """
            SELECT job FROM (
                (SELECT job FROM ledger_blobs WHERE job > $1 ORDER BY job LIMIT 1) UNION ALL
                (SELECT job FROM ledger_content_owners WHERE job > $1 ORDER BY job LIMIT 1)) next ORDER BY job LIMIT 1
            """).Text(after),
        static row => (string?)row.Text(0),
        cancellationToken);

    private static async Task<(bool Answer, bool IsChange)> PassAsync(NpgsqlDataReader reader, int more, CancellationToken cancellationToken)
    {
        for (int i = 0; i < more; i++)
        {
            await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        }

        return (true, false);
    }
}
