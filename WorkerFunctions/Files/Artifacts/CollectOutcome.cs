using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>What became of collecting a task's artifacts.</summary>
public abstract record CollectOutcome
{
    private CollectOutcome()
    {
    }

    /// <summary>All are stored, durably; perhaps there were none.</summary>
    /// <param name="Artifacts">By path.</param>
    /// <param name="StoredBytes">What they have together; equal content counts once.</param>
    public sealed record Collected(IReadOnlyList<ArtifactRecord> Artifacts, long StoredBytes) : CollectOutcome;

    /// <summary>They could not be collected.</summary>
    /// <param name="Message">Why, and what to do.</param>
    public sealed record Failed(string Message) : CollectOutcome;
}
