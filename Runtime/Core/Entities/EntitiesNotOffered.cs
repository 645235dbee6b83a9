namespace Microsoft.DurableTask.Entities;

/// <summary>What every entry to the entities answers until this runtime runs them.</summary>
internal static class EntitiesNotOffered
{
    public static NotSupportedException By(string member) =>
        new($"Durable entities are not offered by this runtime yet: {member}.");
}
