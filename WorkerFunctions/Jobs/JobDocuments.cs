using System.Text.Json;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>
/// The documents of jobs as they are stored: in the ledger while short, else in the blob store. Those in use are kept in
/// memory, up to a bound, for every task of a job asks for its own.
/// </summary>
public sealed partial class JobDocuments(IJobLedger ledger, IBlobStore blobs, ILogger<JobDocuments> logger)
{
    /// <summary>What fits into the ledger's row, in bytes.</summary>
    internal const int InlineLimit = 256 * 1024;

    /// <summary>Of how many that were used longest ago one goes.</summary>
    private const int Candidates = 16;

    private const string BlobPath = "document.json";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byJob = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;
    private int _gone;

    /// <summary>
    /// What is kept in memory, in bytes of documents; read, they take some four times as much. 48 MiB, more on a machine that has
    /// it: a document that is not kept is read again for every task.
    /// </summary>
    internal long KeptBytes { get; set; } = Math.Max(48 * 1024 * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 128);

    /// <summary>Stores a document; answers what goes into the ledger's row, or null when it lies in the blob store.</summary>
    internal async Task<ReadOnlyMemory<byte>?> StoreAsync(string jobId, Job job, CancellationToken cancellationToken)
    {
        byte[] document = JsonSerializer.SerializeToUtf8Bytes(job);
        if (document.Length > InlineLimit)
        {
            await blobs.WriteAsync(new BlobName(jobId, BlobPath), document, cancellationToken);
        }

        Keep(new Entry(jobId, Task.FromResult<DocumentReading>(new DocumentReading.Found(job))), document.Length);

        // Null alone would become an empty memory here, by way of an array.
        return document.Length > InlineLimit ? default(ReadOnlyMemory<byte>?) : document;
    }

    /// <summary>Stores the same document for a job that reruns another.</summary>
    /// <returns>What goes into the row, or null; and whether there is a document at all.</returns>
    internal async Task<(ReadOnlyMemory<byte>? Inline, bool IsThere)> ShareAsync(string fromJobId, string toJobId, CancellationToken cancellationToken) =>
        await ledger.GetDocumentAsync(fromJobId, cancellationToken) is { } inline
            ? (new ReadOnlyMemory<byte>(inline), true)
            : (default(ReadOnlyMemory<byte>?), await blobs.ShareAsync(new BlobName(fromJobId, BlobPath), toJobId, cancellationToken));

    /// <summary>The job's document, or null when there is none (any more) or it is damaged.</summary>
    /// <exception cref="LedgerUnavailableException">It could not be read.</exception>
    public async Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken) => await ReadAsync(jobId, cancellationToken) switch
    {
        DocumentReading.Found found => found.Job,
        DocumentReading.Unreadable unreadable => throw new LedgerUnavailableException(unreadable.Exception.Message, unreadable.Exception),
        _ => null,
    };

    /// <summary>The job's document, or why there is none to be had.</summary>
    internal async Task<DocumentReading> ReadAsync(string jobId, CancellationToken cancellationToken)
    {
        Entry entry = Find(jobId) ?? Keep(new Entry(jobId, LoadAsync(jobId)), 0);
        try
        {
            DocumentReading reading = await entry.Reading.WaitAsync(cancellationToken);
            if (reading is not DocumentReading.Found)
            {
                Forget(jobId);
            }

            return reading;
        }
        catch (Exception) when (entry.Reading.IsFaulted)
        {
            Forget(jobId); // The next one who asks looks again.
            throw;
        }
    }

    /// <summary>Lets go of a document.</summary>
    internal void Forget(string jobId)
    {
        lock (_gate)
        {
            Remove(jobId);
        }
    }

    // Several ask at once and each of them may be cancelled: the reading itself is nobody's.
    private async Task<DocumentReading> LoadAsync(string jobId)
    {
        try
        {
            byte[]? document = await ledger.GetDocumentAsync(jobId, CancellationToken.None) ?? await ReadBlobAsync(new BlobName(jobId, BlobPath));
            return document is null ? new DocumentReading.Missing() : Parse(jobId, document);
        }
        catch (LedgerDamagedException exception)
        {
            return Damaged(jobId, "its value in the ledger cannot be unpacked", exception);
        }
        catch (LedgerUnavailableException exception)
        {
            DocumentUnreadable(logger, jobId, exception);
            return new DocumentReading.Unreadable(exception);
        }
    }

    private DocumentReading Parse(string jobId, byte[] document)
    {
        try
        {
            if (JsonSerializer.Deserialize<Job>(document) is not { } job)
            {
                return Damaged(jobId, "it is null", null);
            }

            DocumentReading reading = new DocumentReading.Found(job);
            Keep(new Entry(jobId, Task.FromResult(reading)), document.Length);
            return reading;
        }
        catch (JsonException exception)
        {
            // Its message may repeat what stands there, commands and their environment; where it is wrong is enough.
            return Damaged(jobId, $"it is no JSON of a job from line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} on", null);
        }
    }

    private DocumentReading.Damaged Damaged(string jobId, string what, Exception? exception)
    {
        DocumentDamaged(logger, jobId, exception);
        return new DocumentReading.Damaged(what);
    }

    private async Task<byte[]?> ReadBlobAsync(BlobName name)
    {
        if (await blobs.GetLengthAsync(name, CancellationToken.None) is not { } length)
        {
            return null;
        }

        byte[] document = new byte[length];
        int read = 0;
        while (read < document.Length)
        {
            int count = await blobs.ReadAsync(name, read, document.AsMemory(read), CancellationToken.None);
            if (count == 0)
            {
                return null; // Deleted meanwhile.
            }

            read += count;
        }

        return document;
    }

    private Entry? Find(string jobId)
    {
        lock (_gate)
        {
            if (!_byJob.TryGetValue(jobId, out LinkedListNode<Entry>? node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    private Entry Keep(Entry entry, int bytes)
    {
        lock (_gate)
        {
            // What has been read already is not replaced by a reading that began before.
            if (bytes == 0 && _byJob.TryGetValue(entry.JobId, out LinkedListNode<Entry>? known) && known.Value.Bytes > 0)
            {
                return known.Value;
            }

            Remove(entry.JobId);
            entry.Bytes = bytes;
            _byJob[entry.JobId] = _byUse.AddFirst(entry);
            _bytes += bytes;
            while (_bytes > KeptBytes && _byUse.Count > 1)
            {
                Remove(NextToGo().JobId);
            }
        }

        return entry;
    }

    /// <summary>
    /// Not always the one used longest ago: jobs that run side by side ask in turn, and when one more runs than there is room
    /// for, that would each time be just the one that is asked for next. Never the latest.
    /// </summary>
    private Entry NextToGo()
    {
        LinkedListNode<Entry> node = _byUse.Last!;
        for (int steps = _gone++ % Math.Min(Candidates, _byUse.Count - 1); steps > 0; steps--)
        {
            node = node.Previous!;
        }

        return node.Value;
    }

    private void Remove(string jobId)
    {
        if (_byJob.Remove(jobId, out LinkedListNode<Entry>? node))
        {
            _byUse.Remove(node);
            _bytes -= node.Value.Bytes;
        }
    }

    private sealed class Entry(string jobId, Task<DocumentReading> reading)
    {
        public string JobId { get; } = jobId;

        public Task<DocumentReading> Reading { get; } = reading;

        /// <summary>The length of the document; 0 while it is read.</summary>
        public int Bytes { get; set; }
    }
}
