using System.IO.Compression;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>Writes the artifacts of a job as one ZIP, straight to whoever asked for it.</summary>
public sealed class ArtifactZip(IBlobStore blobs)
{
    private const int RegularFile = 0x8000, ReadAndWrite = 0x1A4, Executable = 0x1ED;

    /// <summary>
    /// Writes them to a stream, which need not seek and is written asynchronously only. Nothing is held in memory but a list
    /// of the names.
    /// </summary>
    /// <param name="jobId">The job.</param>
    /// <param name="artifacts">What goes in, in this order, each under its name.</param>
    /// <param name="modified">The time that the files get.</param>
    /// <param name="output">Left open.</param>
    /// <param name="cancellationToken">Ends the writing; what was written is no whole ZIP then.</param>
    /// <exception cref="IOException">Content is missing: what was written is no whole ZIP, and the connection has to be cut.</exception>
    /// <exception cref="LedgerUnavailableException">The blob store failed: the same.</exception>
    public async Task WriteAsync(
        string jobId, IAsyncEnumerable<ArtifactRecord> artifacts, DateTimeOffset modified, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        await using DeferredWriteStream deferred = new(output);
        ZipArchive zip = await ZipArchive.CreateAsync(deferred, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await foreach (ArtifactRecord artifact in artifacts.WithCancellation(cancellationToken))
        {
            await using Stream content = await blobs.OpenContentAsync(jobId, artifact.Hash, cancellationToken)
                ?? throw new IOException($"The artifact '{artifact.Name}' is not in the blob store any more.");
            ZipArchiveEntry entry = zip.CreateEntry(artifact.Name, CompressionLevel.Fastest);
            entry.LastWriteTime = modified;
            entry.ExternalAttributes = (RegularFile | (artifact.IsExecutable ? Executable : ReadAndWrite)) << 16;
            await using (Stream file = await entry.OpenAsync(cancellationToken))
            {
                await content.CopyToAsync(file, cancellationToken);
            }

            await deferred.FlushAsync(cancellationToken);
        }

        // Not by `using`: after a failure there must be no end that makes a part look whole.
        await zip.DisposeAsync();
        await deferred.FlushAsync(cancellationToken);
    }
}
