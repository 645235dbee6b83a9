namespace FuncExec.Ledger;

/// <summary>A file that a task left.</summary>
/// <param name="Step">Its step's place in the document.</param>
/// <param name="Index">The task's place in the step.</param>
/// <param name="Path">Where it lay, relative to the attempt's directory, with slashes.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Hash">The SHA-256 of its content as 64 hexadecimal digits; its content id too.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
public sealed record ArtifactRecord(int Step, int Index, string Path, long Size, string Hash, bool IsExecutable)
{
    /// <summary>Its name in its job: step, index and path, such as <c>compile/0/out/app</c>.</summary>
    public required string Name { get; init; }
}
