using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Planning;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>The activity that runs one attempt of a task. It may run more than once, like every activity; the attempt does not.</summary>
public sealed class RunTaskFunction(TaskRunner runner)
{
    /// <summary>Runs the attempt if it may run. What the work does is a verdict; only broken infrastructure throws.</summary>
    [Function(FunctionNames.RunTask)]
    public Task<TaskVerdict> RunTask([ActivityTrigger] TaskAttempt attempt, CancellationToken cancellationToken) =>
        runner.RunAsync(attempt, cancellationToken);
}
