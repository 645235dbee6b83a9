using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Engine;

/// <summary>What the engine logs: events 1000–1099.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(1000, LogLevel.Information, "The engine runs as node '{Node}' (session {Session}) on {Hub}.")]
    public static partial void EngineStarted(this ILogger logger, string node, long session, string hub);

    [LoggerMessage(1001, LogLevel.Information, "The engine has stopped.")]
    public static partial void EngineStopped(this ILogger logger);

    [LoggerMessage(1002, LogLevel.Warning, "The store did not answer as it should ({What}); the outcome is read from it before anything goes on. {Reason}")]
    public static partial void HubUnavailable(this ILogger logger, string what, string reason);

    [LoggerMessage(1003, LogLevel.Error, "The node lost its session {Session}: it ends what it runs and begins anew.")]
    public static partial void SessionLost(this ILogger logger, long session);

    [LoggerMessage(1004, LogLevel.Warning, "A turn of instance '{InstanceId}' was not committed: {Outcome}. It is rebuilt from its history.")]
    public static partial void CommitRefused(this ILogger logger, string instanceId, Hubs.CommitOutcome outcome);

    [LoggerMessage(1005, LogLevel.Error, "A turn of instance '{InstanceId}' was given up after {Elapsed}; its thread is left behind ({Abandoned} so far).")]
    public static partial void TurnAbandoned(this ILogger logger, string instanceId, TimeSpan elapsed, int abandoned);

    [LoggerMessage(1006, LogLevel.Error, "Instance '{InstanceId}' is not deterministic.")]
    public static partial void NonDeterministic(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(1007, LogLevel.Error, "The history of instance '{InstanceId}' cannot be read by this version; the instance is left as it is.")]
    public static partial void HistoryUnreadable(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(1008, LogLevel.Debug, "Instance '{InstanceId}' sent a message to '{TargetId}', which is unknown or has finished: it was dropped.")]
    public static partial void MessageDropped(this ILogger logger, string instanceId, string targetId);

    [LoggerMessage(1009, LogLevel.Warning, "The activity '{Activity}' of instance '{InstanceId}' was stopped with the node; it runs again.")]
    public static partial void ActivityStopped(this ILogger logger, string activity, string instanceId);

    [LoggerMessage(1010, LogLevel.Error, "A middleware failed after the turn of instance '{InstanceId}' had run; the turn stands.")]
    public static partial void MiddlewareFailedAfterTurn(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(1011, LogLevel.Critical, "The loop of instance '{InstanceId}' failed.")]
    public static partial void InstanceLoopFailed(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "A turn of instance '{InstanceId}' could not be run or stored; it is tried again, and the instance failed if that cannot help.")]
    public static partial void TurnRejected(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(1014, LogLevel.Warning, "ActivityLimits names '{Activity}', and this node has no such activity; it has {Activities}.")]
    public static partial void LimitOfUnknownActivity(this ILogger logger, string activity, string activities);

    [LoggerMessage(1015, LogLevel.Error, "{Count} unfinished instances are of the orchestrator '{Orchestrator}', which this build does not have: {InstanceIds}. Each of them fails when it is to go on. Run the build that has it until they have finished, or terminate them. This one has {Known}.")]
    public static partial void OrchestratorUnknown(this ILogger logger, int count, string orchestrator, string instanceIds, string known);

    [LoggerMessage(1016, LogLevel.Warning, "The entity '{EntityId}' was locked by '{InstanceId}', which has ended without unlocking it: it is unlocked.")]
    public static partial void LockReleased(this ILogger logger, string entityId, string instanceId);

    [LoggerMessage(1017, LogLevel.Warning, "The entity '{EntityId}' wanted to start an orchestration '{InstanceId}', but that id is in use: it was not started.")]
    public static partial void StartRefused(this ILogger logger, string entityId, string instanceId);

    [LoggerMessage(1018, LogLevel.Warning, "The operation '{Operation}' with which the entity '{EntityId}' was signaled has failed: {Message}")]
    public static partial void SignalFailed(this ILogger logger, string operation, string entityId, string message);

    [LoggerMessage(1019, LogLevel.Warning, "Instance '{InstanceId}' is not run here: {Reason} It stays as it is until a node of its version runs.")]
    public static partial void VersionRejected(this ILogger logger, string instanceId, string reason);

    [LoggerMessage(1020, LogLevel.Warning, "{Count} unfinished instances are of the orchestrator '{Orchestrator}', which this build does not have: {InstanceIds}. They are left to nodes that have it. This one has {Known}.")]
    public static partial void OrchestratorLeft(this ILogger logger, int count, string orchestrator, string instanceIds, string known);

    [LoggerMessage(1021, LogLevel.Warning, "Work of the {Kind} function '{Name}' is left to other nodes: this build does not have it. Where no node has it, it waits for one.")]
    public static partial void FunctionLeft(this ILogger logger, string kind, string name);

    [LoggerMessage(1013, LogLevel.Error, "A part of the engine failed ({What}); it goes on.")]
    public static partial void LoopFailed(this ILogger logger, string what, Exception exception);
}
