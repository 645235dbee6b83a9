using System.Text.Json;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>What authors get for a stored value that their type does not take.</summary>
internal static class UnreadableValue
{
    /// <summary>
    /// A <see cref="JsonException"/> where the converter threw one, for that is what code on the official platform catches;
    /// else an <see cref="InvalidOperationException"/>. Both say which value it was, and have the cause within.
    /// </summary>
    /// <param name="value">Which value, such as <c>The input of 'Ship'</c>.</param>
    /// <param name="type">The type that it was read as.</param>
    /// <param name="cause">What the converter threw.</param>
    public static Exception Fault(string value, Type type, Exception cause)
    {
        string message = $"{value} does not deserialize to {type}: {cause.Message}";
        return cause is JsonException json
            ? new JsonException(message, json.Path, json.LineNumber, json.BytePositionInLine, json)
            : new InvalidOperationException(message, cause);
    }
}
