using System.Security.Cryptography;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// Whether the stores can be written. One whose server has a full disk, or has become a standby, can be read, and looks well to whoever only
/// looks: so after a write that failed something is written, whenever somebody asks, until that succeeds.
/// </summary>
/// <param name="blobs">Where what is written needs room.</param>
public sealed class StoreWrites(IBlobStore blobs)
{
    private const int Size = 64 * 1024;

    private static readonly BlobName s_name = new("readiness", "write");

    private long _failures;

    /// <summary>Notes that a write has failed.</summary>
    internal void Failed() => Interlocked.Increment(ref _failures);

    /// <summary>Why nothing can be written, or null.</summary>
    public async Task<string?> FindReasonAsync(CancellationToken cancellationToken)
    {
        long failures = Interlocked.Read(ref _failures);
        if (failures == 0)
        {
            return null;
        }

        try
        {
            await blobs.WriteAsync(s_name, RandomNumberGenerator.GetBytes(Size), cancellationToken); // What could be packed would need no room.
            await blobs.DeleteJobAsync(s_name.JobId, cancellationToken);
        }
        catch (LedgerUnavailableException exception)
        {
            return $"Nothing can be written: {exception.Message}";
        }

        Interlocked.CompareExchange(ref _failures, 0, failures);
        return null;
    }
}
