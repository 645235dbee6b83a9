namespace FuncExec.Kubernetes.Tests.Manifests;

/// <summary>Reads below a node; what is not there is null, and a list that is not there is empty.</summary>
internal static class NodePaths
{
    /// <param name="node">Where to begin.</param>
    /// <param name="path">Members and numbers of items with slashes between. A member whose own name has a slash cannot be reached so.</param>
    internal static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (string part in path.Split('/'))
        {
            node = node switch
            {
                JsonObject members => members[part],
                JsonArray items when int.TryParse(part, out int index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>A text; null when there is none, or something else is there.</summary>
    internal static string? Text(this JsonNode? node, string path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A whole number.</summary>
    internal static long? Number(this JsonNode? node, string path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out long number) ? number : null;

    /// <summary>Whether it says true, or false; null when it says neither.</summary>
    internal static bool? Flag(this JsonNode? node, string path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    /// <summary>The items of a list.</summary>
    internal static IReadOnlyList<JsonNode> Items(this JsonNode? node, string path) =>
        node.At(path) is JsonArray items ? [.. items.OfType<JsonNode>()] : [];

    /// <summary>The members of an object whose values are texts.</summary>
    internal static IReadOnlyDictionary<string, string> Texts(this JsonNode? node, string path) =>
        node.At(path) is JsonObject members
            ? members.Where(static pair => pair.Value is JsonValue value && value.TryGetValue(out string? _)).ToDictionary(static pair => pair.Key, static pair => (string)pair.Value!)
            : new Dictionary<string, string>();

    /// <summary>Every text below a node.</summary>
    internal static IEnumerable<string> AllTexts(this JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static pair => pair.Value.AllTexts()),
        JsonArray items => items.SelectMany(static item => item.AllTexts()),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };
}
