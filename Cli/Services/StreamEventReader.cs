using System.Text.Json;

namespace FuncExec.Cli.Services;

/// <summary>Reads events as they are sent.</summary>
internal static class StreamEventReader
{
    /// <summary>Reads one.</summary>
    /// <exception cref="CliException">It is not what such an event is.</exception>
    public static StreamEventData Read(string type, ReadOnlySpan<byte> data)
    {
        try
        {
            return type switch
            {
                "job" => Job(new Utf8JsonReader(data)),
                "task" => Task(new Utf8JsonReader(data)),
                "output" => Output(new Utf8JsonReader(data)),
                _ => new StreamEventData.Other(),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new CliException($"An event of the service cannot be understood: {exception.Message} Is it of this version?", exception);
        }
    }

    private static StreamEventData Job(Utf8JsonReader json)
    {
        string? status = null;
        long number = 0;
        while (NextMember(ref json, out string name))
        {
            switch (name)
            {
                case "status":
                    status = json.GetString();
                    break;
                case "number":
                    number = json.GetInt64();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        // A snapshot, which has no number, tells where the job is; what follows tells how it came there.
        return number > 0 ? new StreamEventData.JobChanged(status) : new StreamEventData.Other();
    }

    private static StreamEventData.TaskChanged Task(Utf8JsonReader json)
    {
        string task = "";
        while (NextMember(ref json, out string name))
        {
            if (name == "id")
            {
                task = json.GetString() ?? "";
            }
            else
            {
                json.Skip();
            }
        }

        return new StreamEventData.TaskChanged(task);
    }

    private static StreamEventData.Output Output(Utf8JsonReader json)
    {
        string task = "";
        int attempt = 0;
        long token = 0;
        string? stream = null;
        long offset = 0;
        byte[] bytes = [];
        while (NextMember(ref json, out string name))
        {
            switch (name)
            {
                case "task":
                    task = json.GetString() ?? "";
                    break;
                case "attempt":
                    attempt = json.GetInt32();
                    break;
                case "token":
                    token = json.GetInt64();
                    break;
                case "stream":
                    stream = json.GetString();
                    break;
                case "offset":
                    offset = json.GetInt64();
                    break;
                case "data":
                    bytes = json.GetBytesFromBase64();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return new StreamEventData.Output(new OutputKey(task, attempt, token, stream == "stderr"), offset, bytes);
    }

    // Leaves the reader on the member's value.
    private static bool NextMember(ref Utf8JsonReader json, out string name)
    {
        name = "";
        while (json.Read())
        {
            if (json.TokenType is JsonTokenType.PropertyName)
            {
                name = json.GetString()!;
                return json.Read();
            }
        }

        return false;
    }
}
