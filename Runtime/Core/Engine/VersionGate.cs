using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask.Abstractions;

namespace FuncExec.Runtime.Engine;

/// <summary>Which orchestrations this node takes, by their version.</summary>
internal sealed class VersionGate(EngineOptions options)
{
    /// <summary>True when an orchestration of that version is left as it is.</summary>
    public bool Rejects(string? version) =>
        options.VersionFailureStrategy == VersionFailureStrategy.Reject && Mismatch(version) is not null;

    /// <summary>Why an orchestration of that version fails here; null when it does not.</summary>
    public FailureData? FailureOf(string? version) =>
        options.VersionFailureStrategy == VersionFailureStrategy.Fail && Mismatch(version) is { } mismatch
            ? new FailureData("VersionMismatch", mismatch, null, null)
            : null;

    /// <summary>What does not match, in the official words; null for nothing.</summary>
    public string? Mismatch(string? version)
    {
        if (options.VersionMatchStrategy == VersionMatchStrategy.None)
        {
            return null;
        }

        int order = TaskOrchestrationVersioningUtils.CompareVersions(version ?? "", options.DefaultVersion);
        return options.VersionMatchStrategy switch
        {
            VersionMatchStrategy.Strict when order != 0 => $"The orchestration version '{version}' does not match the worker version '{options.DefaultVersion}'.",
            VersionMatchStrategy.CurrentOrOlder when order > 0 => $"The orchestration version '{version}' is greater than the worker version '{options.DefaultVersion}'.",
            _ => null,
        };
    }
}
