using FuncExec.Runtime.Transfer;

namespace FuncExec.Cli.Migration;

/// <summary>One kind of what was moved, as each side has it.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Source">What was read of the source.</param>
/// <param name="Target">What was read of the target afterwards.</param>
internal sealed record MigrationLine(string Name, TransferTotal Source, TransferTotal Target)
{
    /// <summary>Whether both have the same.</summary>
    public bool IsEqual => Source == Target;
}
