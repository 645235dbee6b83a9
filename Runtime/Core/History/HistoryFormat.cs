using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FuncExec.Runtime.History;

/// <summary>
/// Encodes turns and messages: UTF-8 JSON, version 1. A message is one received event by itself; a turn is
/// <c>{"v":1,"at":…,"in":[…],"out":[…]}</c>.
/// </summary>
public static class HistoryFormat
{
    /// <summary>The version written. Every earlier one stays readable; a later one is refused by number.</summary>
    public const int Version = 1;

    // Payloads are JSON inside JSON strings: the default encoder would write each of their quotes as six characters.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly HistoryJson Json = new(new JsonSerializerOptions(HistoryJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Encodes a turn.</summary>
    public static ReadOnlyMemory<byte> Encode(TurnRecord turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var buffer = new ArrayBufferWriter<byte>(256 + (96 * (turn.Received.Count + turn.Decided.Count)));
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        JsonSerializer.Serialize(
            writer,
            new StoredTurn(Version, turn.At, turn.Received.Count == 0 ? null : turn.Received, turn.Decided.Count == 0 ? null : turn.Decided),
            Json.StoredTurn);
        return buffer.WrittenMemory;
    }

    /// <summary>Decodes a turn.</summary>
    /// <exception cref="JsonException">It is not one, or of a later version, or has an unknown kind of event.</exception>
    public static TurnRecord DecodeTurn(ReadOnlySpan<byte> encoded)
    {
        StoredTurn turn = Decode(encoded, Json.StoredTurn) ?? throw new JsonException("The stored turn is empty.");
        if (turn.V != Version)
        {
            throw new JsonException($"The history is of format {turn.V}; this version reads format {Version}. Run the version that wrote it, or a later one.");
        }

        return new TurnRecord(DateTime.SpecifyKind(turn.At, DateTimeKind.Utc), Cast<ReceivedEvent>(turn.In), Cast<DecidedEvent>(turn.Out));
    }

    /// <summary>Encodes a message.</summary>
    public static ReadOnlyMemory<byte> Encode(ReceivedEvent message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        JsonSerializer.Serialize(writer, message, Json.HistoryEvent);
        return buffer.WrittenMemory;
    }

    /// <summary>Decodes a message.</summary>
    /// <exception cref="JsonException">It is not a received event.</exception>
    public static ReceivedEvent DecodeMessage(ReadOnlySpan<byte> encoded) =>
        Decode(encoded, Json.HistoryEvent) as ReceivedEvent
        ?? throw new JsonException("The stored message is not a received event.");

    /// <summary>Encodes tags; null for none.</summary>
    public static string? EncodeTags(IReadOnlyDictionary<string, string>? tags) =>
        tags is { Count: > 0 } ? JsonSerializer.Serialize(tags, Json.IReadOnlyDictionaryStringString) : null;

    /// <summary>Decodes tags.</summary>
    public static IReadOnlyDictionary<string, string>? DecodeTags(string? encoded) =>
        encoded is null ? null : JsonSerializer.Deserialize(encoded, Json.DictionaryStringString);

    /// <summary>Encodes an entity.</summary>
    internal static void Write(IBufferWriter<byte> buffer, EntitySnapshot snapshot)
    {
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        JsonSerializer.Serialize(writer, snapshot, Json.EntitySnapshot);
    }

    /// <summary>Decodes an entity.</summary>
    internal static EntitySnapshot? ReadSnapshot(ReadOnlySpan<byte> encoded) => Decode(encoded, Json.EntitySnapshot);

    private static T? Decode<T>(ReadOnlySpan<byte> encoded, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(encoded, type);
        }
        catch (NotSupportedException exception) // An event without a kind.
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    private static IReadOnlyList<T> Cast<T>(IReadOnlyList<HistoryEvent>? events)
        where T : HistoryEvent
    {
        if (events is null or { Count: 0 })
        {
            return [];
        }

        var result = new T[events.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = events[i] as T ?? throw new JsonException($"A stored turn has a {events[i].GetType().Name} where a {typeof(T).Name} belongs.");
        }

        return result;
    }
}
