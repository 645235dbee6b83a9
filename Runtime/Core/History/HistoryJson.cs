using System.Text.Json.Serialization;

namespace FuncExec.Runtime.History;

/// <summary>How histories, messages, failures and tags are written. <c>docs/engine.md</c> documents the format.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HistoryEvent))]
[JsonSerializable(typeof(StoredTurn))]
[JsonSerializable(typeof(FailureData))]
[JsonSerializable(typeof(EntitySnapshot))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class HistoryJson : JsonSerializerContext;

/// <summary>The stored shape of a turn. <paramref name="V"/> is the format's version.</summary>
internal sealed record StoredTurn(
    int V, DateTime At, IReadOnlyList<HistoryEvent>? In, IReadOnlyList<HistoryEvent>? Out);
