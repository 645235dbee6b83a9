using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Tasks;

public sealed partial class TaskRunner
{
    [LoggerMessage(4040, LogLevel.Warning, "Task {Index} of step {Step} of job {JobId} could not be run or its end not be recorded; that is tried again.")]
    private static partial void NotRun(ILogger logger, string jobId, int step, int index, Exception exception);
}
