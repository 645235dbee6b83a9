using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Tracing;

namespace FuncExec.Runtime.Engine;

/// <summary>A child orchestration to be created.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="FirstTurn">Its first turn.</param>
/// <param name="InUse">What its parent is told when the id is in use.</param>
internal sealed record NewChild(NewInstance Instance, TurnRecord FirstTurn, ChildFailed InUse)
{
    /// <summary>The child that a call of an instance asks for.</summary>
    public static NewChild Of(LiveState parent, ChildScheduled call, DateTimeOffset at)
    {
        var start = new ExecutionStarted(call.Name, call.Input, call.Version, Link(parent, call.Id), call.Tags)
        {
            Trace = parent.Execution.Start.Trace?.With(SpanIds.Of(parent.Generation, call.Id)),
        };
        (NewInstance instance, TurnRecord firstTurn) = new NewStart(call.InstanceId, start, null).ToInstance(at);
        var inUse = new ChildFailed(call.Id, new FailureData(
            typeof(InvalidOperationException).FullName!, $"An instance with the id '{call.InstanceId}' is in use; choose another id or wait for its end.", null, null));
        return new NewChild(instance, firstTurn, inUse);
    }

    /// <summary>What a child knows of its parent.</summary>
    public static ParentLink Link(LiveState parent, int taskId) =>
        new(parent.Lease.InstanceId, parent.Execution.Start.Name, parent.Generation, taskId);
}
