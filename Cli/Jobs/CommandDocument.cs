using System.Text.Json;

namespace FuncExec.Cli.Jobs;

/// <summary>Writes a command as a job document, in its short form.</summary>
internal static class CommandDocument
{
    /// <summary>The document, JSON in UTF-8.</summary>
    /// <param name="command">The command.</param>
    /// <param name="variables">Its variables.</param>
    /// <param name="directory">Where it starts, or null.</param>
    /// <param name="input">Its standard input.</param>
    public static byte[] Write(JobSource.Command command, IReadOnlyDictionary<string, string> variables, string? directory, string input)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            WriteOptional(json, "name", command.Name);
            json.WriteString("command", command.Words[0]);
            json.WriteStartArray("args");
            foreach (string word in command.Words.Skip(1))
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            json.WriteStartObject("env");
            foreach ((string name, string value) in variables)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            WriteOptional(json, "workingDirectory", directory);
            WriteOptional(json, "stdin", input.Length > 0 ? input : null);
            WriteOptional(json, "timeout", command.Timeout);
            if (command.Shell)
            {
                json.WriteBoolean("shell", true);
            }

            if (command.Retries > 0)
            {
                json.WriteStartObject("retry");
                json.WriteNumber("maxAttempts", command.Retries + 1);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
