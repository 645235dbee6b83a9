using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Nodes;

public sealed partial class NodeHeart
{
    [LoggerMessage(4020, LogLevel.Warning, "This node could not renew its life in time: what it runs is ended, and others may run it.")]
    private static partial void Died(ILogger logger);

    [LoggerMessage(4021, LogLevel.Warning, "This node's life could not be renewed; that is tried again.")]
    private static partial void NotRenewed(ILogger logger, Exception exception);

    [LoggerMessage(4022, LogLevel.Error, "This node cannot run tasks.")]
    private static partial void NotBorn(ILogger logger, Exception exception);

    [LoggerMessage(4023, LogLevel.Warning, "The node stops while {Count} tasks have not ended; they count as lost.")]
    private static partial void NotIdle(ILogger logger, int count);
}
