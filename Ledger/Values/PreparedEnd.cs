using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Values;

/// <summary>An attempt's end, checked and packed on the caller's thread.</summary>
internal sealed class PreparedEnd
{
    private PreparedEnd(AttemptEnd end)
    {
        End = end;
        StdoutTail = Pack(end.Stdout);
        StderrTail = Pack(end.Stderr);
        Hashes = [.. end.Artifacts.Select(static artifact => Convert.FromHexString(artifact.Hash))];
    }

    internal AttemptEnd End { get; }

    internal byte[]? StdoutTail { get; }

    internal byte[]? StderrTail { get; }

    /// <summary>The hashes of the artifacts, in their order.</summary>
    internal IReadOnlyList<byte[]> Hashes { get; }

    /// <summary>Where the task stands then.</summary>
    internal JobTaskStatus NewStatus => End.RetryAfter is null ? End.Status : JobTaskStatus.Queued;

    /// <summary>About how many bytes it takes.</summary>
    internal long Weight => 1_024 + (StdoutTail?.Length ?? 0) + (StderrTail?.Length ?? 0)
        + ((End.Error?.Length ?? 0) + (End.Details?.Length ?? 0)) + (End.Artifacts.Count * 256L);

    /// <exception cref="ArgumentException">It is not an end.</exception>
    internal static PreparedEnd Of(AttemptEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (end.Status is not (JobTaskStatus.Succeeded or JobTaskStatus.Failed or JobTaskStatus.TimedOut or JobTaskStatus.Cancelled))
        {
            throw new ArgumentException($"An attempt cannot end as {end.Status}.", nameof(end));
        }

        if (end.RetryAfter is { } pause && (end.Status is JobTaskStatus.Succeeded or JobTaskStatus.Cancelled || pause < TimeSpan.Zero))
        {
            throw new ArgumentException($"An attempt that ends as {end.Status} is not tried again after {pause}.", nameof(end));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(end.StoredBytes, nameof(end));
        CheckOutput(end.Stdout);
        CheckOutput(end.Stderr);
        foreach (ArtifactRecord artifact in end.Artifacts)
        {
            CheckArtifact(artifact, end.Task);
        }

        return new PreparedEnd(end);
    }

    private static void CheckOutput(OutputRecord output)
    {
        if (output.Tail.Length > OutputRecord.TailLimit || output.Kept < 0 || output.Length < output.Tail.Length || output.Length < output.Kept)
        {
            throw new ArgumentException(
                $"An output of {output.Length} bytes cannot have {output.Kept} kept and a tail of {output.Tail.Length}.", nameof(output));
        }
    }

    private static void CheckArtifact(ArtifactRecord artifact, TaskKey task)
    {
        if (artifact.Step != task.Step || artifact.Index != task.Index || artifact.Size < 0
            || artifact.Hash.Length != 64 || !artifact.Hash.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException($"The artifact '{artifact.Name}' is not one of this task, or its hash is no SHA-256.", nameof(artifact));
        }
    }

    private static byte[]? Pack(OutputRecord output) => output.Tail.IsEmpty ? null : Packed.Of(output.Tail.Span);
}
