using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine;

/// <summary>Messages to entities, which come to be by the first.</summary>
internal static class EntityMessages
{
    /// <summary>What the names of entities and their instance ids begin with.</summary>
    public const char Mark = '@';

    public static OutgoingMessage To(string entityId, ReceivedEvent message, DateTimeOffset at) => new(
        entityId,
        null,
        HistoryFormat.Encode(message),
        new NewInstance
        {
            InstanceId = entityId,
            Name = $"{Mark}{EntityInstanceId.FromString(entityId).Name}",
            Generation = Guid.NewGuid(),
            FirstTurn = EntitySnapshot.Empty.Encode(),
            CreatedAt = at,
        });
}
