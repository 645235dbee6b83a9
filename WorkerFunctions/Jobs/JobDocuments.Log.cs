using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Jobs;

public sealed partial class JobDocuments
{
    [LoggerMessage(4011, LogLevel.Error, "The stored document of job {JobId} is damaged; the job can be cancelled and deleted, and runs nothing more.")]
    private static partial void DocumentDamaged(ILogger logger, string jobId, Exception? exception);

    [LoggerMessage(4012, LogLevel.Warning, "The stored document of job {JobId} could not be read; that is tried again.")]
    private static partial void DocumentUnreadable(ILogger logger, string jobId, Exception exception);
}
