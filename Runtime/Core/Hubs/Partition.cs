using System.Text;

namespace FuncExec.Runtime.Hubs;

/// <summary>The partition of an instance: where nodes share a hub, an instance tends to stay with one of them by it.</summary>
public static class Partition
{
    /// <summary>How many there are. Stored with every instance, so it never changes.</summary>
    public const int Count = 64;

    /// <summary>The partition of an id: FNV-1a (32 bit) over its UTF-8 bytes, modulo <see cref="Count"/>. Stored, so it never changes.</summary>
    public static int Of(string instanceId)
    {
        uint hash = 2166136261;
        foreach (byte value in Encoding.UTF8.GetBytes(instanceId))
        {
            hash = unchecked((hash ^ value) * 16777619);
        }

        return (int)(hash % Count);
    }
}
