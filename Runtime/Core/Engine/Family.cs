using System.Runtime.CompilerServices;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>The children of an instance's present generation, as its history and they themselves say.</summary>
internal static class Family
{
    /// <summary>The children that are there and are still those that the instance has called.</summary>
    public static async IAsyncEnumerable<InstanceRecord> ChildrenAsync(
        EngineNode node, InstanceRecord parent, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach ((TurnRecord turn, _) in
            InstanceLoader.ReadTurnsAsync(node, parent.Key, parent.Version, cancellationToken).ConfigureAwait(false))
        {
            foreach (ChildScheduled child in turn.Decided.OfType<ChildScheduled>())
            {
                if (await FindChildAsync(node, parent.InstanceId, parent.Generation, child.Id, child.InstanceId, cancellationToken)
                    .ConfigureAwait(false) is { } found)
                {
                    yield return found;
                }
            }
        }
    }

    /// <summary>A child by what its parent knows of it; null when it is gone or the id has become another's.</summary>
    public static async ValueTask<InstanceRecord?> FindChildAsync(
        EngineNode node, string parentId, Guid generation, int taskId, string childId, CancellationToken cancellationToken)
    {
        if (await node.Hub.FindInstanceAsync(childId, cancellationToken).ConfigureAwait(false) is not { } child)
        {
            return null;
        }

        IReadOnlyList<ReadOnlyMemory<byte>> first = await node.Hub.ReadHistoryAsync(child.Key, 0, 1, cancellationToken).ConfigureAwait(false);
        ParentLink? link = first.Count == 0
            ? null
            : HistoryFormat.DecodeTurn(first[0].Span).Received.OfType<ExecutionStarted>().FirstOrDefault()?.Parent;
        return link is { } parent && parent.InstanceId == parentId && parent.Generation == generation && parent.TaskId == taskId ? child : null;
    }
}
