using System.Text.Json;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.History;

/// <summary>A failure as stored.</summary>
/// <param name="Type">The exception's full type name.</param>
/// <param name="Message">Its message.</param>
/// <param name="Stack">Its stack trace, or null.</param>
/// <param name="Inner">Its inner failure, or null.</param>
public sealed record FailureData(string Type, string Message, string? Stack, FailureData? Inner)
{
    /// <summary>How deep inner failures are kept; deeper ones say nothing an author acts upon.</summary>
    private const int MaxDepth = 16;

    /// <summary>Describes an exception; the failure details a <see cref="TaskFailedException"/> carries become its inner failure.</summary>
    public static FailureData From(Exception exception) => From(exception, MaxDepth);

    /// <summary>Converts to what authors see.</summary>
    public TaskFailureDetails ToDetails() => new(Type, Message, Stack, Inner?.ToDetails(), null);

    /// <summary>Converts from what authors see.</summary>
    public static FailureData From(TaskFailureDetails details) => From(details, MaxDepth);

    /// <summary>Encodes for storage.</summary>
    public string Encode() => JsonSerializer.Serialize(this, HistoryJson.Default.FailureData);

    /// <summary>Decodes what <see cref="Encode"/> wrote.</summary>
    public static FailureData Decode(string encoded) =>
        JsonSerializer.Deserialize(encoded, HistoryJson.Default.FailureData) ?? throw new JsonException("The stored failure is empty.");

    private static FailureData From(Exception exception, int depth)
    {
        FailureData? inner = exception switch
        {
            _ when depth == 0 => null,
            TaskFailedException { InnerException: null } failed => From(failed.FailureDetails, depth - 1),
            { InnerException: { } innerException } => From(innerException, depth - 1),
            _ => null,
        };
        return new FailureData(exception.GetType().FullName ?? exception.GetType().Name, exception.Message, exception.StackTrace, inner);
    }

    private static FailureData From(TaskFailureDetails details, int depth) => new(
        details.ErrorType,
        details.ErrorMessage,
        details.StackTrace,
        depth > 0 && details.InnerFailure is { } inner ? From(inner, depth - 1) : null);
}
