using System.Globalization;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Management;

/// <summary>Reads query parameters; one that is empty is as good as absent, one that does not fit is answered with 400 and its name.</summary>
internal sealed class QueryReader(HttpRequest request)
{
    /// <summary>A text, or null.</summary>
    public string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A truth value.</summary>
    public bool Flag(string name, bool absent) => Text(name) is not { } text
        ? absent
        : bool.TryParse(text, out bool value) ? value : throw Refuse(name, "is neither true nor false.");

    /// <summary>A whole number, or null.</summary>
    public int? Count(string name, int least) => Text(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw Refuse(name, $"is no whole number from {least} to {int.MaxValue}.");

    /// <summary>A time span in seconds, or null.</summary>
    public TimeSpan? Seconds(string name) => Text(name) is not { } text
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 86_400
            ? TimeSpan.FromSeconds(value)
            : throw Refuse(name, "is no number of seconds from 0 to 86400.");

    /// <summary>A time, UTC unless it says otherwise, or null.</summary>
    public DateTimeOffset? Time(string name) => Text(name) is not { } text
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset value)
            ? value
            : throw Refuse(name, "is no date and time, such as 2026-01-31T12:00:00Z (a '+' is written %2B).");

    /// <summary>Statuses, separated by commas or given several times; null for all.</summary>
    public IReadOnlyList<OrchestrationRuntimeStatus>? Statuses(string name)
    {
        string[] texts = [.. request.Query[name]
            .SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return texts.Length == 0 ? null : [.. texts.Select(text => Status(name, text))];
    }

    /// <summary>The refusal of a parameter.</summary>
    public static RequestRefusedException Refuse(string name, string fault) =>
        new(StatusCodes.Status400BadRequest, $"The query parameter '{name}' {fault}", name, fault);

    private static OrchestrationRuntimeStatus Status(string name, string text) =>
        char.IsAsciiLetter(text[0]) && Enum.TryParse(text, ignoreCase: true, out OrchestrationRuntimeStatus status)
            ? status
            : throw Refuse(name, $"has '{text}', which is none of {string.Join(", ", Enum.GetNames<OrchestrationRuntimeStatus>())}.");
}
