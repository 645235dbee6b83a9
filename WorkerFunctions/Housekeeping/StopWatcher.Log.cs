using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Housekeeping;

public sealed partial class StopWatcher
{
    [LoggerMessage(4030, LogLevel.Warning, "Whether running jobs are to end could not be looked up; that is tried again.")]
    private static partial void NotLooked(ILogger logger, Exception exception);
}
