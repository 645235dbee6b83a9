using System.Runtime.CompilerServices;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Api.Artifacts;

/// <summary>Reads all artifacts of a job, a page at a time.</summary>
internal static class ArtifactPages
{
    private const int PageSize = 500;

    public static async IAsyncEnumerable<ArtifactRecord> AllAsync(
        IJobLedger ledger, string jobId, int? step, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            LedgerPage<ArtifactRecord> page = await ledger.ListArtifactsAsync(jobId, step, after, PageSize, cancellationToken);
            foreach (ArtifactRecord artifact in page.Items)
            {
                yield return artifact;
            }

            after = page.Next;
        }
        while (after is not null);
    }
}
