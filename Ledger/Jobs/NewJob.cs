namespace FuncExec.Ledger;

/// <summary>A job to be accepted.</summary>
public sealed record NewJob
{
    /// <summary>Its id, new and ordered by time.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>Its steps in the document's order, at least one.</summary>
    public required IReadOnlyList<NewStep> Steps { get; init; }

    /// <summary>The job as it is stored, opaque to the ledger; null where it lies in the blob store instead.</summary>
    public ReadOnlyMemory<byte>? Document { get; init; }

    /// <summary>The content id of its workspace, or null.</summary>
    public string? Workspace { get; init; }

    /// <summary>How many bytes of the blob store belong to it so far.</summary>
    public long StoredBytes { get; init; }

    /// <summary>By what a repetition of the request is known, or null.</summary>
    public IdempotencyKey? Idempotency { get; init; }

    /// <summary>
    /// The job that it reruns, or null. Such a job begins as <see cref="JobState.Preparing"/>, and
    /// <see cref="IJobLedger.CopySucceededAsync"/> makes it accepted.
    /// </summary>
    public string? RerunOf { get; init; }
}

/// <summary>A step of a job to be accepted.</summary>
/// <param name="Name">Its name, unique in the job.</param>
/// <param name="Tasks">How many tasks it has, at least one.</param>
public sealed record NewStep(string Name, int Tasks);

/// <summary>By what a repetition of a request is known.</summary>
/// <param name="Principal">Who asked.</param>
/// <param name="Key">The key that was sent, 1 to 255 characters.</param>
/// <param name="BodyHash">The SHA-256 of what was asked for, as hexadecimal digits.</param>
public sealed record IdempotencyKey(string Principal, string Key, string BodyHash);
