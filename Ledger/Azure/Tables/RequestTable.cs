using System.Security.Cryptography;
using System.Text;
using Azure;
using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>Idempotency keys: which job each has made, or is about to make.</summary>
internal sealed class RequestTable(LedgerTable table)
{
    private const string Key = "0";

    /// <summary>The partition of a key; its principal and text are not told.</summary>
    internal static string PartitionOf(IdempotencyKey request) =>
        "K." + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Principal.Length}:{request.Principal}{request.Key}")));

    internal async Task<(RequestData Data, ETag ETag)?> FindAsync(string partition, CancellationToken cancellationToken) =>
        await table.FindAsync(partition, Key, cancellationToken).ConfigureAwait(false) is { } row
            ? (LedgerJson.Read(row, LedgerJson.Default.RequestData), row.ETag)
            : null;

    /// <summary>Writes a key that is not there, or is of that version; false when it is otherwise.</summary>
    internal async Task<bool> TryWriteAsync(string partition, RequestData data, ETag? etag, CancellationToken cancellationToken)
    {
        var row = new TableRow(partition, Key, LedgerJson.Write(data, LedgerJson.Default.RequestData));
        TableChange change = etag is null ? new TableChange.Insert(row) : new TableChange.Replace(row, etag.Value);
        if (await table.ChangeAsync([change], cancellationToken).ConfigureAwait(false) is TableOutcome.Changed)
        {
            return true;
        }

        // The answer to an earlier try may have been lost.
        return await FindAsync(partition, cancellationToken).ConfigureAwait(false) is { } there && there.Data == data;
    }

    /// <summary>Forgets the key if it is still the job's.</summary>
    internal async Task ForgetAsync(string partition, string jobId, CancellationToken cancellationToken)
    {
        if (await FindAsync(partition, cancellationToken).ConfigureAwait(false) is { } found && found.Data.JobId == jobId)
        {
            await table.DeleteAsync(partition, Key, found.ETag, cancellationToken).ConfigureAwait(false);
        }
    }
}
