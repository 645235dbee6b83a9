using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Timers;

// What timers say.
internal sealed partial class TimerLoop
{
    [LoggerMessage(2201, LogLevel.Information, "Timer function {Function} missed {Occurrence:u} and is called now.")]
    private static partial void PastDue(ILogger log, string function, DateTimeOffset occurrence);

    [LoggerMessage(2202, LogLevel.Error, "Timer function {Function} failed; its schedule goes on.")]
    private static partial void Failed(ILogger log, string function, Exception exception);

    [LoggerMessage(2203, LogLevel.Warning, "What timer function {Function} did could not be kept; a restart now may call it once too often.")]
    private static partial void NotKept(ILogger log, string function, Exception exception);

    [LoggerMessage(2204, LogLevel.Warning, "Timer function {Function} waits: what it did before cannot be read just now.")]
    private static partial void JournalUnavailable(ILogger log, string function, Exception exception);

    [LoggerMessage(2205, LogLevel.Critical, "Timer function {Function} is not called any more until the next start.")]
    private static partial void Ended(ILogger log, string function, Exception exception);
}
