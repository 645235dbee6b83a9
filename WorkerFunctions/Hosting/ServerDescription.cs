using System.Text.Json;
using System.Text.Json.Serialization;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// What <c>server.json</c> in a data directory tells of the service that runs there, for programs on the same machine.
/// </summary>
internal sealed record ServerDescription
{
    /// <summary>The file's name.</summary>
    public const string FileName = "server.json";

    /// <summary>Where it listens.</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    /// <summary>Its process.</summary>
    [JsonPropertyName("pid")]
    public required int ProcessId { get; init; }

    /// <summary>What tells this process from a later one that has its number; see <see cref="ProcessIdentity"/>.</summary>
    [JsonPropertyName("process")]
    public required string Process { get; init; }

    /// <summary>When it began to listen.</summary>
    [JsonPropertyName("startedAt")]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether a command line hosts it, and ends it with its own work.</summary>
    [JsonPropertyName("hosted")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsHosted { get; init; }

    /// <summary>Reads a data directory's file; null when there is none, or none that can be understood.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ServerDescription? Read(string dataDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(dataDirectory, FileName)), ServerJson.Default.ServerDescription);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>How the file is written.</summary>
[JsonSerializable(typeof(ServerDescription))]
internal sealed partial class ServerJson : JsonSerializerContext;
