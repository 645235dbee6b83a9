using System.Text.Json;
using System.Text.Json.Nodes;

namespace FuncExec.Cli.Jobs;

/// <summary>
/// Lets the commands of a job document start in the caller's directory: those that name none, or a relative one. A
/// document that collects artefacts is left alone: its commands have directories of their own, in which they are laid out.
/// </summary>
internal static class DocumentPlacement
{
    private const string WorkingDirectory = "workingDirectory";
    private const string OldWorkingDirectory = "working_dir";

    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = 64 };

    /// <summary>The document with the directory; unchanged when it is none that can be read, so that the service says what is wrong with it.</summary>
    public static byte[] Place(byte[] document, string directory)
    {
        try
        {
            if (JsonNode.Parse(document, documentOptions: _reading) is not JsonObject job || HasArtifacts(job))
            {
                return document;
            }

            PlaceAll(job, "command", directory);
            return JsonSerializer.SerializeToUtf8Bytes(job, NodeJson.Default.JsonObject);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // No JSON, a member given twice, half of a surrogate pair.
            return document;
        }
    }

    private static bool HasArtifacts(JsonNode? node) => node switch
    {
        JsonObject members => members.ContainsKey("artifacts") || Children(members, "steps").Any(HasArtifacts) || Children(members, "tasks").Any(HasArtifacts),
        _ => false,
    };

    // One level of the document; the innermost executor counts.
    private static void PlaceAll(JsonObject level, string executor, string directory)
    {
        executor = level["executor"] is JsonValue given && given.TryGetValue(out string? name) ? name : executor;
        if (executor == "command")
        {
            foreach (JsonNode? payload in Children(level, "commands").Append(level["payload"]).Append(level.ContainsKey("command") ? level : null))
            {
                PlaceOne(payload, directory);
            }
        }

        foreach (JsonObject inner in Children(level, "steps").Concat(Children(level, "tasks")).OfType<JsonObject>())
        {
            PlaceAll(inner, executor, directory);
        }
    }

    private static void PlaceOne(JsonNode? payload, string directory)
    {
        if (payload is not JsonObject members)
        {
            return;
        }

        string member = members.ContainsKey(OldWorkingDirectory) ? OldWorkingDirectory : WorkingDirectory;
        if (members[member] is null)
        {
            members[member] = directory;
        }
        else if (members[member] is JsonValue value && value.TryGetValue(out string? path) && !path.Contains('\0'))
        {
            members[member] = Path.Combine(directory, path);
        }
    }

    private static IEnumerable<JsonNode?> Children(JsonObject members, string name) => members[name] is JsonArray items ? items : [];
}
