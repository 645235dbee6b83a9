using System.Text.Json;
using System.Text.RegularExpressions;

namespace FuncExec.WorkerFunctions.Tests.Api.Support;

/// <summary>As much of JSON Schema as our documents use; a keyword it does not know fails.</summary>
internal sealed class Schema(JsonElement root)
{
    private static readonly HashSet<string> Annotations =
        ["$schema", "$defs", "title", "description", "examples", "default", "format", "contentEncoding"];

    /// <summary>What is wrong with a value, as paths; none when it fits.</summary>
    public List<string> Check(JsonElement value) => Check(value, root);

    public List<string> Check(JsonElement value, JsonElement schema)
    {
        List<string> mistakes = [];
        Check(schema, value, "$", mistakes);
        return mistakes;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> mistakes)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name) && !Holds(schema, keyword, value, path, mistakes))
            {
                mistakes.Add($"{path}: {keyword.Name}");
            }
        }
    }

    private bool Holds(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> mistakes)
    {
        JsonElement rule = keyword.Value;
        JsonValueKind kind = value.ValueKind;
        switch (keyword.Name)
        {
            case "$ref":
                Check(Find(rule.GetString()!), value, path, mistakes);
                return true;
            case "type":
                return rule.ValueKind is JsonValueKind.Array ? rule.EnumerateArray().Any(one => IsOf(one.GetString()!, value)) : IsOf(rule.GetString()!, value);
            case "enum":
                return rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value));
            case "oneOf":
                return rule.EnumerateArray().Count(one => Check(value, one).Count == 0) == 1;
            case "anyOf":
                return rule.EnumerateArray().Any(one => Check(value, one).Count == 0);
            case "pattern":
                return kind is not JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!.Replace("$", "\\z", StringComparison.Ordinal));
            case "minLength":
                return kind is not JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32();
            case "maxLength":
                return kind is not JsonValueKind.String || value.GetString()!.Length <= rule.GetInt32();
            case "minimum":
                return kind is not JsonValueKind.Number || value.GetDouble() >= rule.GetDouble();
            case "maximum":
                return kind is not JsonValueKind.Number || value.GetDouble() <= rule.GetDouble();
            case "minItems":
                return kind is not JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32();
            case "maxItems":
                return kind is not JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32();
            case "uniqueItems":
                return kind is not JsonValueKind.Array || value.EnumerateArray().Select(static one => one.GetRawText()).Distinct().Count() == value.GetArrayLength();
            case "items":
                return kind is not JsonValueKind.Array || CheckItems(rule, value, path, mistakes);
            case "required":
                return kind is not JsonValueKind.Object || rule.EnumerateArray().All(one => value.TryGetProperty(one.GetString()!, out _));
            case "properties":
                return kind is not JsonValueKind.Object || CheckMembers(rule, value, path, mistakes);
            case "additionalProperties":
                return kind is not JsonValueKind.Object || CheckOthers(schema, rule, value, path, mistakes);
            default:
                throw new NotSupportedException($"The keyword '{keyword.Name}' is not known to the tests.");
        }
    }

    private bool CheckItems(JsonElement rule, JsonElement value, string path, List<string> mistakes)
    {
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(rule, item, $"{path}[{index++}]", mistakes);
        }

        return true;
    }

    private bool CheckMembers(JsonElement rule, JsonElement value, string path, List<string> mistakes)
    {
        foreach (JsonProperty member in rule.EnumerateObject())
        {
            if (value.TryGetProperty(member.Name, out JsonElement found))
            {
                Check(member.Value, found, $"{path}.{member.Name}", mistakes);
            }
        }

        return true;
    }

    private bool CheckOthers(JsonElement schema, JsonElement rule, JsonElement value, string path, List<string> mistakes)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(member.Name, out _))
            {
                continue;
            }

            if (rule.ValueKind is JsonValueKind.False)
            {
                mistakes.Add($"{path}.{member.Name}: is not known");
            }
            else
            {
                Check(rule, member.Value, $"{path}.{member.Name}", mistakes);
            }
        }

        return true;
    }

    private JsonElement Find(string reference)
    {
        JsonElement found = root;
        foreach (string part in reference.TrimStart('#', '/').Split('/'))
        {
            found = found.GetProperty(part);
        }

        return found;
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind is JsonValueKind.String,
        "integer" => value.ValueKind is JsonValueKind.Number && value.GetDouble() % 1 == 0,
        "number" => value.ValueKind is JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "null" => value.ValueKind is JsonValueKind.Null,
        _ => throw new NotSupportedException($"The type '{type}' is not known to the tests."),
    };
}
