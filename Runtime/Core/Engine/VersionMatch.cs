using System.Diagnostics;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Abstractions;
using static Microsoft.DurableTask.Worker.DurableTaskWorkerOptions;

namespace FuncExec.Runtime.Engine;

/// <summary>Which instances a node runs, by the versions of their generations.</summary>
internal sealed class VersionMatch(VersioningOptions? versioning)
{
    /// <summary>Whether what does not match is left as it is.</summary>
    public bool Rejects => versioning?.FailureStrategy == VersionFailureStrategy.Reject;

    /// <summary>Why the node does not run a generation, under the official error type; null when it does.</summary>
    public FailureData? MismatchOf(ExecutionStarted start)
    {
        if (versioning is null or { MatchStrategy: VersionMatchStrategy.None })
        {
            return null;
        }

        string version = start.Version ?? "";
        int order = TaskOrchestrationVersioningUtils.CompareVersions(version, versioning.Version);
        string? why = versioning.MatchStrategy switch
        {
            VersionMatchStrategy.Strict when order != 0 => "does not match",
            VersionMatchStrategy.CurrentOrOlder when order > 0 => "is greater than",
            VersionMatchStrategy.Strict or VersionMatchStrategy.CurrentOrOlder => null,
            _ => throw new UnreachableException(versioning.MatchStrategy.ToString()),
        };
        return why is null ? null : new FailureData(
            "VersionMismatch", $"The orchestration version '{version}' {why} the worker version '{versioning.Version}'.", null, null);
    }
}
