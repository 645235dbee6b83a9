using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>An orchestration that tells its version.</summary>
public static class VersionApp
{
    [Function(nameof(Version))]
    public static string Version([OrchestrationTrigger] TaskOrchestrationContext context) =>
        $"{context.Version} {Math.Sign(context.CompareVersionTo("1.5"))}";
}
