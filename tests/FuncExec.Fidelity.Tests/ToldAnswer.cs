using System.Text.Json;

namespace FuncExec.Fidelity.Tests;

/// <summary>Answers over HTTP as the app tells them: a status, headers and a body, and perhaps another such answer after <c>then</c>.</summary>
internal static class ToldAnswer
{
    private const string Nothing = "nothing";

    /// <summary>What the official addresses have besides.</summary>
    private const string Hub = "taskHub=HUB&connection=Storage&";

    /// <summary>What is not the same in two of them, member by member.</summary>
    public static IEnumerable<string> Compare(string official, string ours)
    {
        Dictionary<string, string> before = Members(official);
        Dictionary<string, string> after = Members(ours);
        string[] missing = [.. before.Keys.Except(after.Keys)];
        string[] added = [.. after.Keys.Except(before.Keys)];
        if (missing.Length > 0)
        {
            yield return $"official only: {List(missing)}";
        }

        if (added.Length > 0)
        {
            yield return $"here only: {List(added)}";
        }

        (string Name, string Official, string Ours)[] changed =
            [.. before.Where(member => after.GetValueOrDefault(member.Key, member.Value) != member.Value).Select(member => (member.Key, member.Value, after[member.Key]))];
        string[] addresses = [.. changed.Where(static member => IsByHub(member.Official, member.Ours)).Select(static member => member.Name)];
        if (addresses.Length > 0)
        {
            yield return $"official only: `taskHub` and `connection` in the addresses of {List(addresses)}";
        }

        foreach ((string name, string value, string other) in changed.Where(static member => !IsByHub(member.Official, member.Ours)))
        {
            yield return $"{name}: `{Short(value)}`, here `{Short(other)}`";
        }
    }

    private static bool IsByHub(string official, string ours) => official.Replace(Hub, "", StringComparison.Ordinal) == ours;

    private static string List(string[] names) => string.Join(", ", names.Select(static name => $"`{name}`"));

    private static string Short(string value) => value.Length > 60 ? value[..60].Replace('|', '/') + "…" : value.Replace('|', '/');

    /// <summary>Status, headers and the body's members by name; the events of a history go by their type.</summary>
    private static Dictionary<string, string> Members(string told)
    {
        var members = new Dictionary<string, string>();
        foreach (string answer in told.Split("\nthen "))
        {
            string[] lines = answer.Split('\n');
            Set(members, "status", lines[0]);
            int body = 1;
            for (; body < lines.Length && lines[body].Split(": ") is [var name, ..] && IsHeader(name); body++)
            {
                Set(members, name, lines[body][(name.Length + 2)..]);
            }

            Read(members, string.Join('\n', lines[body..]));
        }

        return members;
    }

    private static bool IsHeader(string name) => name is "Location" or "Retry-After" or "Content-Type" or "x-ms-continuation-token";

    private static void Read(Dictionary<string, string> members, string body)
    {
        if (body.Length == 0)
        {
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            Read(members, "", document.RootElement);
        }
        catch (JsonException) when (body.LastIndexOf('\n') is > 0 and var end)
        {
            Set(members, "the end", body[(end + 1)..]); // Of the orchestration.
            Read(members, body[..end]);
        }
        catch (JsonException)
        {
            Set(members, "body", body);
        }
    }

    private static void Read(Dictionary<string, string> members, string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                string kind = element.TryGetProperty("EventType", out JsonElement type) ? $"{type.GetString()}." : path;
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Read(members, member.Value.ValueKind == JsonValueKind.Object ? $"{kind}{member.Name}." : kind + member.Name, member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Read(members, path, item);
                }

                break;
            default:
                Set(members, path.Length == 0 ? "body" : path, element.ValueKind == JsonValueKind.Null ? Nothing : element.ToString());
                break;
        }
    }

    private static void Set(Dictionary<string, string> members, string name, string value) => members.TryAdd(name, value);
}
