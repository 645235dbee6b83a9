using FuncExec.Runtime.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>What a turn decided.</summary>
/// <param name="Decided">The decisions, in order.</param>
/// <param name="CustomStatus">The serialized custom status, when it was set.</param>
/// <param name="CustomStatusSet">Whether it was.</param>
internal sealed record TurnResult(IReadOnlyList<DecidedEvent> Decided, string? CustomStatus, bool CustomStatusSet);

/// <summary>What every execution of a node shares.</summary>
internal sealed record ExecutionSettings(
    DataConverter Converter, ILoggerFactory LoggerFactory, int MaxHistoryEvents, int MaxPayloadLength, string DefaultVersion)
{
    /// <summary>What the host shows to orchestrators.</summary>
    public IReadOnlyDictionary<string, object?> Properties { get; init; } = new Dictionary<string, object?>();

    /// <summary>Serializes a value of the author's.</summary>
    /// <exception cref="ArgumentException">It is longer than a payload may be.</exception>
    public string? Serialize(object? value, string what)
    {
        string? serialized = value is null ? null : Converter.Serialize(value);
        if (serialized?.Length > MaxPayloadLength)
        {
            throw new ArgumentException(
                $"{what} is {serialized.Length} characters long when serialized; the limit is {MaxPayloadLength}. Store large data elsewhere and pass a reference.");
        }

        return serialized;
    }
}
