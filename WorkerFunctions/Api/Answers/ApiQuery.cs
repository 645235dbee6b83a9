using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using FuncExec.Orchestrator.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>
/// Reads the query of a request strictly: what is wrong, given twice or never asked for is named. Read everything, then
/// ask for <see cref="Refusal"/>.
/// </summary>
internal sealed class ApiQuery(HttpRequest request)
{
    public const int DefaultLimit = 50;
    public const int MostLimit = 500;

    private const int LongestName = 64;
    private const int LongestCursor = 1024;

    private readonly List<string> _known = [];
    private readonly List<(string Member, string Message)> _mistakes = [];

    /// <summary>Notes that something else of the request is wrong.</summary>
    public void Mistake(string member, string message) => _mistakes.Add((member, message));

    /// <summary>How long a page may be: 1 to 500, 50 unless said.</summary>
    public int Limit() => Integer("limit", 1, MostLimit) ?? DefaultLimit;

    /// <summary>The cursor of a list.</summary>
    public string? After()
    {
        if (!TryTake("after", out string? text))
        {
            return null;
        }

        if (text.Length is >= 1 and <= LongestCursor)
        {
            return text;
        }

        Mistake("after", "must be the 'next' of the page before.");
        return null;
    }

    /// <summary>A name as jobs and steps have it.</summary>
    public string? Name(string name)
    {
        if (!TryTake(name, out string? text))
        {
            return null;
        }

        if (text.Length is >= 1 and <= LongestName && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return text;
        }

        Mistake(name, "must be 1 to 64 of the characters A-Z a-z 0-9 _ -.");
        return null;
    }

    /// <summary>One of an enumeration's names in camel case.</summary>
    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (!TryTake(name, out string? text))
        {
            return null;
        }

        foreach (T value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) == text)
            {
                return value;
            }
        }

        Mistake(name, $"must be one of: {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}.");
        return null;
    }

    public int? Integer(string name, int least, int most) => (int?)Long(name, least, most);

    public long? Long(string name, long least, long most)
    {
        if (!TryTake(name, out string? text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
        {
            return number;
        }

        Mistake(name, $"must be a whole number from {least} to {most}.");
        return null;
    }

    public bool Flag(string name)
    {
        if (!TryTake(name, out string? text))
        {
            return false;
        }

        if (text is not ("true" or "false"))
        {
            Mistake(name, "must be true or false.");
        }

        return text == "true";
    }

    public TimeSpan? Duration(string name, TimeSpan most)
    {
        if (!TryTake(name, out string? text))
        {
            return null;
        }

        if (Durations.TryParse(text, out TimeSpan duration) && duration <= most)
        {
            return duration;
        }

        Mistake(name, $"must be a duration from 0s to {most.TotalSeconds}s, such as 30s or 00:00:30.");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? Word(string name, params ReadOnlySpan<string> words)
    {
        if (!TryTake(name, out string? text))
        {
            return null;
        }

        if (words.Contains(text))
        {
            return text;
        }

        Mistake(name, $"must be one of: {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>Any text, for those who read it themselves.</summary>
    public string? Text(string name) => TryTake(name, out string? text) ? text : null;

    /// <summary>The answer when something is wrong, or null.</summary>
    public IResult? Refusal()
    {
        foreach (string name in request.Query.Keys)
        {
            // The key of a function travels as 'code'.
            if (!_known.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.Equals("code", StringComparison.OrdinalIgnoreCase))
            {
                Mistake(
                    name.Length <= LongestName ? name : name[..LongestName] + "…",
                    _known.Count == 0 ? "is not known here; no parameter is." : $"is not known here; known are: {string.Join(", ", _known)}.");
            }
        }

        return _mistakes.Count == 0 ? null : Problems.Of(
            StatusCodes.Status400BadRequest,
            $"The request has {(_mistakes.Count == 1 ? "a mistake" : $"{_mistakes.Count} mistakes")} outside of its body.",
            Problems.Group(_mistakes));
    }

    private bool TryTake(string name, [NotNullWhen(true)] out string? text)
    {
        _known.Add(name);
        text = null;
        if (!request.Query.TryGetValue(name, out StringValues values))
        {
            return false;
        }

        if (values.Count > 1)
        {
            Mistake(name, "is given more than once.");
            return false;
        }

        text = values.ToString();
        return true;
    }
}
