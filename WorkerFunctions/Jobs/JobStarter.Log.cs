using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Jobs;

public sealed partial class JobStarter
{
    [LoggerMessage(4010, LogLevel.Warning, "Job {JobId} is accepted, but its orchestration could not be started; that is tried again.")]
    private static partial void NotScheduled(ILogger logger, string jobId, Exception exception);
}
