using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

internal static partial class LinuxProcessLog
{
    [LoggerMessage(3010, LogLevel.Error, "Processes of the command that started as {Pid} could not be ended: {Survivors}")]
    public static partial void LeftBehind(ILogger logger, int pid, string survivors);

    [LoggerMessage(3011, LogLevel.Warning, "The process {Pid} of a command could not be recorded for the next start.")]
    public static partial void NotRecorded(ILogger logger, int pid, Exception exception);
}
