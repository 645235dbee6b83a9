using System.Globalization;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>Stores what a task leaves behind, when all its processes have ended.</summary>
public sealed class ArtifactCollector(IBlobStore blobs, FileLimits limits)
{
    /// <summary>Each waits for the disk for most of its time.</summary>
    private const int MostAtOnce = 4;

    /// <summary>Finds the files that patterns name in a directory and stores them. A pattern that names nothing is no mistake.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="stepName">The step's name.</param>
    /// <param name="step">The step's place in the document.</param>
    /// <param name="index">The task's place in the step.</param>
    /// <param name="directory">The attempt's directory.</param>
    /// <param name="patterns">Globs, relative to it.</param>
    /// <param name="cancellationToken">Ends it; what was stored goes with the job.</param>
    /// <exception cref="LedgerUnavailableException">The blob store failed.</exception>
    public async Task<CollectOutcome> CollectAsync(
        string jobId, string stepName, int step, int index, string directory, IReadOnlyList<string> patterns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (ArtifactPatterns.TryRead(patterns, out ArtifactPatterns read) is { } fault)
        {
            return new CollectOutcome.Failed(fault);
        }

        try
        {
            List<string> paths = [.. ArtifactFiles.Find(directory, read, cancellationToken).Take(limits.ArtifactFileLimit + 1)];
            if (paths.Count > limits.ArtifactFileLimit)
            {
                return new CollectOutcome.Failed($"The patterns name more than {limits.ArtifactFileLimit} files (FuncExec__ArtifactFileLimit): name fewer, or pack them.");
            }

            if (paths.Find(static path => path.Contains('\uFFFD')) is { } unreadable)
            {
                return new CollectOutcome.Failed($"The name of the file '{unreadable}' is not UTF-8: rename it.");
            }

            paths.Sort(StringComparer.Ordinal);
            return await StoreAsync(new Storing(jobId, stepName, step, index, directory), paths, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CollectOutcome.Failed($"The artifacts could not be collected: {exception.Message}");
        }
    }

    private async Task<CollectOutcome> StoreAsync(Storing storing, List<string> paths, CancellationToken cancellationToken)
    {
        ArtifactRecord?[] stored = new ArtifactRecord?[paths.Count];
        long total = 0;
        bool isTooMuch = false;
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ParallelOptions options = new() { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = enough.Token };
        try
        {
            await Parallel.ForAsync(0, paths.Count, options, async (number, token) =>
            {
                long left = limits.ArtifactLimit - Interlocked.Read(ref total);
                (ArtifactRecord? artifact, bool fits) = await StoreOneAsync(storing, paths[number], Math.Max(0, left), token);
                stored[number] = artifact;
                if (!fits || Interlocked.Add(ref total, artifact?.Size ?? 0) > limits.ArtifactLimit)
                {
                    Volatile.Write(ref isTooMuch, true);
                    await enough.CancelAsync();
                }
            });
        }
        catch (OperationCanceledException) when (isTooMuch && !cancellationToken.IsCancellationRequested)
        {
            // Told below.
        }

        if (isTooMuch)
        {
            return new CollectOutcome.Failed($"The artifacts have more than {ByteSize.Format(limits.ArtifactLimit)} together (FuncExec__ArtifactLimit).");
        }

        List<ArtifactRecord> artifacts = [.. stored.OfType<ArtifactRecord>()];
        return new CollectOutcome.Collected(artifacts, artifacts.DistinctBy(static artifact => artifact.Hash).Sum(static artifact => artifact.Size));
    }

    private async Task<(ArtifactRecord? Artifact, bool Fits)> StoreOneAsync(Storing storing, string path, long limit, CancellationToken cancellationToken)
    {
        using ContainedFile? file = ContainedFile.TryOpen(storing.Directory, path);
        if (file is null)
        {
            // A link that leads nowhere or out of the directory, or no file (any more).
            return (null, true);
        }

        await using FileStream content = new(file.Handle, FileAccess.Read, bufferSize: 0);
        ContentId? id = await blobs.PutContentAsync(storing.JobId, content, limit, cancellationToken);
        return id is null
            ? (null, false)
            : (new ArtifactRecord(storing.Step, storing.Index, path, id.Size, id.Hash, file.IsExecutable) { Name = storing.NameOf(path) }, true);
    }

    private sealed record Storing(string JobId, string StepName, int Step, int Index, string Directory)
    {
        public string NameOf(string path) => string.Create(CultureInfo.InvariantCulture, $"{JobTask.Id(StepName, Index)}/{path}");
    }
}
