using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FuncExec.Runtime.Tracing;

/// <summary>Gives a span an id of its own choice, for which .NET has no public way; the official packages do the same.</summary>
internal static class SpanIds
{
    /// <summary>Replaces the id that the span got when it was started.</summary>
    public static void SetSpanId(this Activity span, ActivitySpanId id)
    {
        SpanIdOf(span) = id.ToHexString();
        IdOf(span) = null; // It is made of the others when it is asked for.
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity span);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref string? IdOf(Activity span);
}
