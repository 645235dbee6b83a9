using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>The activity that runs one attempt of a task. It may run more than once, like every activity; the attempt does not.</summary>
public sealed class RunTaskFunction(TaskRunner runner, NodeStopping stopping)
{
    /// <summary>Runs the attempt if it may run. What the work does is a verdict; only broken infrastructure throws.</summary>
    [Function(FunctionNames.RunTask)]
    public async Task<TaskVerdict> RunTask([ActivityTrigger] TaskAttempt attempt, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping.Token);
        return await runner.RunAsync(attempt, ends.Token);
    }
}
