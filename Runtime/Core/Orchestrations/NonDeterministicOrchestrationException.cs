namespace FuncExec.Runtime.Orchestrations;

/// <summary>An orchestrator's code decided otherwise on replay than it had before.</summary>
public sealed class NonDeterministicOrchestrationException : Exception
{
    /// <summary>Makes one.</summary>
    public NonDeterministicOrchestrationException(string instanceId, string orchestrator, long turn, string expected, string found)
        : base($"The orchestrator function '{orchestrator}' is not deterministic, or its code was changed while instance '{instanceId}' was running: "
            + $"in turn {turn} the history expects {expected}, the code now gave {found}. See docs/versioning.md.")
    {
        Expected = expected;
        Found = found;
    }

    /// <summary>What the history has.</summary>
    public string Expected { get; }

    /// <summary>What the code gave.</summary>
    public string Found { get; }
}
