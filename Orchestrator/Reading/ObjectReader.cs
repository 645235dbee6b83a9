using System.Text.Json;

namespace FuncExec.Orchestrator.Reading;

/// <summary>
/// Reads the members of one object by name and notes each mistake with its path. A member that was never asked for is
/// unknown; <see cref="Finish"/> says so.
/// </summary>
internal sealed class ObjectReader
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly Mistakes _mistakes;

    public ObjectReader(JsonElement element, string path, Mistakes mistakes)
    {
        Path = path;
        _mistakes = mistakes;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value))
            {
                mistakes.Add(JsonPath.Member(path, member.Name), "is given twice");
            }
        }
    }

    public string Path { get; }

    public string PathOf(string name) => JsonPath.Member(Path, name);

    public void Mistake(string name, string message) => _mistakes.Add(PathOf(name), message);

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>Takes a member; null, which means absent, is not one.</summary>
    public bool TryTake(string name, out JsonElement value)
    {
        _asked.Add(name);
        return _members.TryGetValue(name, out value) && value.ValueKind is not JsonValueKind.Null;
    }

    public string? TakeText(string name)
    {
        if (!TryTake(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            return value.GetString();
        }

        Mistake(name, "must be a string");
        return null;
    }

    /// <summary>A name of our own kind, or null with the mistake noted if it is wrong.</summary>
    public string? TakeName(string name)
    {
        string? text = TakeText(name);
        if (text is null || IsName(text))
        {
            return text;
        }

        Mistake(name, "must be 1 to 64 of the characters A-Z a-z 0-9 _ -");
        return null;
    }

    public bool? TakeFlag(string name)
    {
        if (!TryTake(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Mistake(name, "must be true or false");
        return null;
    }

    public int? TakeInteger(string name, int least, int most)
    {
        if (!TryTake(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most)
        {
            return number;
        }

        Mistake(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    public double? TakeNumber(string name, double least, double most)
    {
        if (!TryTake(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out double number) && number >= least && number <= most)
        {
            return number;
        }

        Mistake(name, FormattableString.Invariant($"must be a number from {least} to {most}"));
        return null;
    }

    public TimeSpan? TakeDuration(string name, TimeSpan least, TimeSpan most)
    {
        if (!TryTake(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.String || !Durations.TryParse(value.GetString()!, out TimeSpan duration))
        {
            Mistake(name, "must be a duration such as \"00:01:30\", \"90s\", \"5m\", \"500ms\" or \"PT90S\"");
            return null;
        }

        if (duration < least || duration > most)
        {
            Mistake(name, least > TimeSpan.Zero
                ? $"must be longer than zero and at most {most:c}"
                : $"must be from zero to {most:c}");
            return null;
        }

        return duration;
    }

    /// <summary>The items of an array with their paths; none, with the mistake noted, when it is not one.</summary>
    public IEnumerable<(JsonElement Item, string Path)> TakeItems(string name)
    {
        if (!TryTake(name, out JsonElement value))
        {
            yield break;
        }

        if (value.ValueKind is not JsonValueKind.Array)
        {
            Mistake(name, "must be an array");
            yield break;
        }

        int index = 0;
        string path = PathOf(name);
        foreach (JsonElement item in value.EnumerateArray())
        {
            yield return (item, $"{path}[{index++}]");
        }
    }

    /// <summary>Notes what was never asked for.</summary>
    public void Finish()
    {
        foreach (string name in _members.Keys)
        {
            if (!_asked.Contains(name))
            {
                string hint = NearestName.Hint(name, _asked.Where(asked => !_members.ContainsKey(asked)));
                Mistake(name, $"is not known here.{hint} Known are: {string.Join(", ", _asked.Distinct())}");
            }
        }
    }

    /// <summary>Whether a text is a name of our own kind.</summary>
    public static bool IsName(string text) =>
        text.Length is >= 1 and <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
