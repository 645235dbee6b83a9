using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace FuncExec.Runtime.Tracing;

/// <summary>
/// Ids of spans that outlive a process: made of the generation and what it waits for, so that every node and every replay gives
/// the same without storing them.
/// </summary>
internal static class SpanIds
{
    private const int OfOrchestration = int.MinValue;

    /// <summary>The span of a generation.</summary>
    public static ActivitySpanId Of(Guid generation) => Make(generation, OfOrchestration);

    /// <summary>The span of a task of a generation, while it is waited for.</summary>
    public static ActivitySpanId Of(Guid generation, int taskId) => Make(generation, taskId);

    /// <summary>Gives a span its id. The framework offers no way to choose one; what has read the old one before keeps it.</summary>
    public static void Set(Activity span, ActivitySpanId id)
    {
        SpanIdOf(span) = id.ToHexString();
        IdOf(span) = null; // Made anew when it is next asked for.
    }

    private static ActivitySpanId Make(Guid generation, int taskId)
    {
        Span<byte> source = stackalloc byte[20];
        generation.TryWriteBytes(source);
        BinaryPrimitives.WriteInt32LittleEndian(source[16..], taskId);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source, hash);
        return ActivitySpanId.CreateFromBytes(hash[..8]);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref string? IdOf(Activity activity);
}
