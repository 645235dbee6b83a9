using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.PostgresStore.Signals;

internal static partial class SignalsLog
{
    [LoggerMessage(EventId = 5110, Level = LogLevel.Warning, Message = "{Description}: signals between nodes are lost; connecting again. ({Why})")]
    internal static partial void Lost(ILogger logger, string description, string why);
}
