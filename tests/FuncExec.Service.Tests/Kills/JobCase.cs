using System.Text.Json;

namespace FuncExec.Service.Tests.Kills;

/// <summary>What is done to a job on its way.</summary>
internal enum Steering
{
    None,
    Cancel,
    SuspendAndResume,
    Rerun,
}

/// <summary>How a task has to end.</summary>
/// <param name="Status">Its status.</param>
internal sealed record TaskEnd(string Status)
{
    /// <summary>Its exit code, or null for none or any.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What it has to have written, or null for whatever.</summary>
    public string? Stdout { get; init; }

    /// <summary>Its last attempt, or null for any.</summary>
    public int? Attempt { get; init; }

    /// <summary>Whether a loss of the node ends it: then it failed, or ended as above.</summary>
    public bool MayBeLost { get; init; }
}

/// <summary>A job that is sent, and how it has to end whatever happens to the service meanwhile.</summary>
/// <param name="Name">Its name, another for each.</param>
/// <param name="Document">Its document.</param>
/// <param name="Status">The status it ends with.</param>
/// <param name="Tasks">How each of its tasks ends, by id.</param>
internal sealed record JobCase(string Name, object Document, string Status, IReadOnlyDictionary<string, TaskEnd> Tasks)
{
    /// <summary>What is done to it.</summary>
    public Steering Steering { get; init; }

    /// <summary>The archive that goes with it, or null.</summary>
    public byte[]? Workspace { get; init; }

    /// <summary>A file that its failing task wants to be there; made before the rerun.</summary>
    public string? RerunNeeds { get; init; }

    /// <summary>The artifacts it leaves: name and content.</summary>
    public IReadOnlyDictionary<string, string> Artifacts { get; init; } = new Dictionary<string, string>();

    /// <summary>The document as it is sent.</summary>
    public byte[] Bytes { get; } = JsonSerializer.SerializeToUtf8Bytes(Document);
}
