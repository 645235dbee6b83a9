using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Housekeeping;

public sealed partial class Sweeper
{
    [LoggerMessage(4031, LogLevel.Warning, "Job {JobId} could not be looked after; that is tried again.")]
    private static partial void NotCaredFor(ILogger logger, string jobId, Exception exception);

    [LoggerMessage(4032, LogLevel.Information, "Deleted {Count} finished jobs whose time of keeping is over.")]
    private static partial void Deleted(ILogger logger, int count);

    [LoggerMessage(4033, LogLevel.Information, "Deleted the files of {Count} jobs that were never accepted.")]
    private static partial void DeletedOrphans(ILogger logger, int count);
}
