using System.Collections.Concurrent;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Artifacts;
using FuncExec.WorkerFunctions.Files.Workspaces;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>What an attempt finds in its directory, and what of it is kept.</summary>
public sealed class AttemptFiles(
    IJobLedger ledger, WorkspaceCache workspaces, ArtifactLayout layout, ArtifactCollector collector, FileLimits limits, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>How many jobs' workspaces are known; more than run at once on a node, unless very many do.</summary>
    private const int MostKnown = 4_096;

    // Every task of a job asks, and it never changes.
    private readonly ConcurrentDictionary<string, string?> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Lays the job's workspace and the artifacts of the steps that the attempt's step needs out in its directory. Answers
    /// why that failed, or null.
    /// </summary>
    internal Task<string?> LayOutAsync(ClaimedAttempt attempt, string directory, CancellationToken cancellationToken) => BoundAsync(
        token => TryLayOutAsync(attempt, directory, token),
        () => $"The workspace and the artifacts that it needs could not be laid out within {limits.FilesTimeout:c} (FuncExec__FilesTimeout).",
        cancellationToken);

    /// <summary>
    /// Keeps what the attempt was to leave, if it ended so that it is kept; what should be kept and cannot be makes an attempt
    /// that succeeded one that failed.
    /// </summary>
    internal async Task<AttemptEnd> CollectAsync(ClaimedAttempt attempt, string directory, AttemptEnd end, CancellationToken cancellationToken)
    {
        if (attempt.Artifacts is not { } rule || end.Status is JobTaskStatus.Cancelled || (end.Status is not JobTaskStatus.Succeeded && !rule.Always))
        {
            return end;
        }

        CollectOutcome outcome = await BoundAsync(
            token => collector.CollectAsync(attempt.Key.JobId, attempt.Step.Name, attempt.Key.Step, attempt.Key.Index, directory, rule.Paths, token),
            () => new CollectOutcome.Failed($"The artifacts could not be collected within {limits.FilesTimeout:c} (FuncExec__FilesTimeout)."),
            cancellationToken);
        return outcome switch
        {
            CollectOutcome.Collected collected => end with { Artifacts = collected.Artifacts, StoredBytes = end.StoredBytes + collected.StoredBytes },
            CollectOutcome.Failed failed when end.Status is JobTaskStatus.Succeeded => end with
            {
                Status = JobTaskStatus.Failed,
                Failure = ExecutorPlugins.FailureKind.Artifacts,
                Error = failed.Message,
            },
            CollectOutcome.Failed failed => end with { Error = $"{end.Error} {failed.Message}" },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<string?> TryLayOutAsync(ClaimedAttempt attempt, string directory, CancellationToken cancellationToken)
    {
        if (await WorkspaceOfAsync(attempt.Key.JobId, cancellationToken) is { } workspace
            && await workspaces.LayOutAsync(attempt.Key.JobId, workspace, directory, cancellationToken) is LayOutOutcome.Failed noWorkspace)
        {
            return noWorkspace.Message;
        }

        List<ArtifactRecord> artifacts = await ListNeededAsync(attempt, cancellationToken);
        return artifacts.Count > 0
            && await layout.LayOutAsync(attempt.Key.JobId, artifacts, directory, cancellationToken) is LayOutOutcome.Failed noArtifacts
                ? noArtifacts.Message
                : null;
    }

    private async Task<string?> WorkspaceOfAsync(string jobId, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(jobId, out string? workspace))
        {
            workspace = await ledger.GetWorkspaceAsync(jobId, cancellationToken);
            if (_known.Count >= MostKnown)
            {
                _known.Clear();
            }

            _known[jobId] = workspace;
        }

        return workspace;
    }

    /// <summary>Nothing about files takes longer than it may, whatever the disk does: a task that hangs there would hold its slot for ever.</summary>
    private async Task<T> BoundAsync<T>(Func<CancellationToken, Task<T>> work, Func<T> late, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(limits.FilesTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return late();
        }
    }

    private async Task<List<ArtifactRecord>> ListNeededAsync(ClaimedAttempt attempt, CancellationToken cancellationToken)
    {
        List<ArtifactRecord> artifacts = [];
        for (int step = 0; step < attempt.Job.Steps.Count && attempt.Step.Needs.Count > 0; step++)
        {
            string? after = null;
            while (attempt.Step.Needs.Contains(attempt.Job.Steps[step].Name))
            {
                LedgerPage<ArtifactRecord> page = await ledger.ListArtifactsAsync(attempt.Key.JobId, step, after, Batch, cancellationToken);
                artifacts.AddRange(page.Items);
                after = page.Next;
                if (after is null)
                {
                    break;
                }
            }
        }

        return artifacts;
    }
}
