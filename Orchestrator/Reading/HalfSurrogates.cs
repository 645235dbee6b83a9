using System.Globalization;
using System.Text.Json;

namespace FuncExec.Orchestrator.Reading;

/// <summary>Finds strings that are valid JSON and no text: their escapes name half of a surrogate pair.</summary>
internal static class HalfSurrogates
{
    /// <summary>The path of the first; of a member whose name is one, that of its object. Null when there is none.</summary>
    public static string? Find(JsonElement element, string path = "$") => element.ValueKind switch
    {
        JsonValueKind.String => Read(element.GetString) is null ? path : null,
        JsonValueKind.Object => element.EnumerateObject()
            .Select(member => Read(() => member.Name) is { } name ? Find(member.Value, JsonPath.Member(path, name)) : path)
            .FirstOrDefault(static found => found is not null),
        JsonValueKind.Array => element.EnumerateArray()
            .Select((item, index) => Find(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")))
            .FirstOrDefault(static found => found is not null),
        _ => null,
    };

    private static string? Read(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null; // It is one: there is no other way to ask.
        }
    }
}
