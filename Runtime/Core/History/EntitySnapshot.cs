using System.Buffers;
using System.Text.Json;

namespace FuncExec.Runtime.History;

/// <summary>All that is stored of an entity beside its inbox: format 1, <c>docs/engine.md</c>.</summary>
/// <param name="V">The format's version.</param>
/// <param name="State">The state as the author's converter wrote it; null when there is none.</param>
/// <param name="Holder">Who has locked it, or null.</param>
/// <param name="Delayed">Signals whose time has not come, in the order in which they came.</param>
/// <param name="NextTimer">The id of the next timer.</param>
/// <param name="Waiting">How many messages waited for the lock when this was written; for those who ask.</param>
public sealed record EntitySnapshot(
    int V, string? State, EntityCaller? Holder, IReadOnlyList<DelayedOperation>? Delayed, int NextTimer, int Waiting)
{
    /// <summary>An entity that has never run an operation.</summary>
    public static EntitySnapshot Empty { get; } = new(HistoryFormat.Version, null, null, null, 0, 0);

    /// <summary>Encodes it.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        ArrayBufferWriter<byte> buffer = new(128 + (State?.Length ?? 0));
        HistoryFormat.Write(buffer, this);
        return buffer.WrittenMemory;
    }

    /// <summary>Decodes what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="JsonException">It is not one, or of a later version.</exception>
    public static EntitySnapshot Decode(ReadOnlySpan<byte> encoded)
    {
        EntitySnapshot snapshot = HistoryFormat.ReadSnapshot(encoded) ?? throw new JsonException("The stored entity is empty.");
        return snapshot.V == HistoryFormat.Version
            ? snapshot
            : throw new JsonException($"The entity is of format {snapshot.V}; this version reads format {HistoryFormat.Version}. Run the version that wrote it, or a later one.");
    }
}

/// <summary>A signal that waits for its time.</summary>
/// <param name="Timer">The id of its timer.</param>
/// <param name="At">When it is to run, UTC.</param>
/// <param name="Operation">What to run.</param>
public sealed record DelayedOperation(int Timer, DateTime At, OperationRequested Operation);
