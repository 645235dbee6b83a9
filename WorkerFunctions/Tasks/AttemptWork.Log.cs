using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Tasks;

public sealed partial class AttemptWork
{
    [LoggerMessage(4041, LogLevel.Warning, "The end of task {TaskId} of job {JobId} could not be recorded; that is tried again.")]
    private static partial void NotRecorded(ILogger logger, string jobId, string taskId, Exception exception);
}
