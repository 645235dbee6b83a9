using System.Text.Json;

namespace FuncExec.ExecutorPlugins.Tests.Registry;

/// <summary>Asks for what no service has.</summary>
public sealed class UnmakeableExecutor(IComparer<TimeOnly> missing) : IExecutor
{
    public string Name => $"unmakeable{missing}";

    public ExecutorCapabilities Capabilities => throw new NotSupportedException();

    public IReadOnlyList<PayloadMistake> Validate(JsonElement payload) => throw new NotSupportedException();

    public Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
