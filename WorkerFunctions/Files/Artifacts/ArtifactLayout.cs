using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>Lays the artifacts of the steps that a task needs out in its directory, after the workspace and before it starts.</summary>
public sealed class ArtifactLayout(IBlobStore blobs)
{
    /// <summary>
    /// Puts each artifact where it lay when it was collected. A file of the workspace there is replaced. Two tasks may have
    /// left the same content at one path, not different content.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The blob store failed.</exception>
    public async Task<LayOutOutcome> LayOutAsync(string jobId, IEnumerable<ArtifactRecord> artifacts, string directory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        SortedDictionary<string, ArtifactRecord> byPath = new(StringComparer.Ordinal);
        foreach (ArtifactRecord artifact in artifacts)
        {
            if (byPath.TryAdd(artifact.Path, artifact) || byPath[artifact.Path].Hash == artifact.Hash)
            {
                continue;
            }

            return new LayOutOutcome.Failed(
                $"The tasks '{TaskOf(byPath[artifact.Path])}' and '{TaskOf(artifact)}' left different files '{artifact.Path}', and this task needs both: collect them under different names.");
        }

        try
        {
            return FindBeneathFile(byPath) ?? await PlaceAsync(jobId, byPath.Values, directory, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new LayOutOutcome.Failed($"The artifacts could not be laid out: {exception.Message}");
        }
    }

    private async Task<LayOutOutcome> PlaceAsync(string jobId, IEnumerable<ArtifactRecord> artifacts, string directory, CancellationToken cancellationToken)
    {
        HashSet<string> made = new(StringComparer.Ordinal);
        foreach (ArtifactRecord artifact in artifacts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = Path.Combine(directory, artifact.Path);
            if (MakeParents(directory, artifact, made) is { } fault)
            {
                return fault;
            }

            if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
            {
                return new LayOutOutcome.Failed($"The artifact '{artifact.Name}' belongs at '{artifact.Path}', where the workspace or another artifact has a directory.");
            }

            File.Delete(path);
            if (!await blobs.MaterializeAsync(jobId, artifact.Hash, path, cancellationToken))
            {
                return new LayOutOutcome.Failed($"The artifact '{artifact.Name}' is not in the blob store any more.");
            }

            if (artifact.IsExecutable && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }
        }

        return LayOutOutcome.Done.Instance;
    }

    /// <summary>A file of one task where another has a directory: neither could be laid out whole.</summary>
    private static LayOutOutcome.Failed? FindBeneathFile(SortedDictionary<string, ArtifactRecord> byPath)
    {
        foreach ((string path, ArtifactRecord artifact) in byPath)
        {
            for (int slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                if (byPath.TryGetValue(path[..slash], out ArtifactRecord? file))
                {
                    return new LayOutOutcome.Failed(
                        $"The task '{TaskOf(file)}' left a file '{file.Path}' and the task '{TaskOf(artifact)}' a file '{path}' beneath it, and this task needs both: collect them under different names.");
                }
            }
        }

        return null;
    }

    /// <summary>Makes the directories above an artifact; a link on the way could lead elsewhere.</summary>
    private static LayOutOutcome.Failed? MakeParents(string directory, ArtifactRecord artifact, HashSet<string> made)
    {
        for (int slash = artifact.Path.IndexOf('/'); slash >= 0; slash = artifact.Path.IndexOf('/', slash + 1))
        {
            string parent = artifact.Path[..slash];
            if (!made.Add(parent))
            {
                continue;
            }

            FileInfo there = new(Path.Combine(directory, parent));
            if (there.Exists || there.LinkTarget is not null)
            {
                return new LayOutOutcome.Failed($"The artifact '{artifact.Name}' belongs beneath '{parent}', where the workspace has a file or a link.");
            }

            Directory.CreateDirectory(there.FullName);
        }

        return null;
    }

    /// <summary>The id of the task that left it: what stands before the path in its name.</summary>
    private static string TaskOf(ArtifactRecord artifact) => artifact.Name[..^(artifact.Path.Length + 1)];
}
