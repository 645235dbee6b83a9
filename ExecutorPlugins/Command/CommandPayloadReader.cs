using System.Text.Json;
using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Command;

/// <summary>Reads a command's payload and names everything that is wrong in it.</summary>
internal sealed class CommandPayloadReader
{
    private const string Known = "command, args, env, workingDirectory, stdin, shell";

    private readonly List<PayloadMistake> _mistakes = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private string? _command;
    private string? _workingDirectory;
    private string _stdin = "";
    private bool _shell;
    private List<string> _args = [];
    private Dictionary<string, string> _env = [];

    /// <summary>The payload when there are no mistakes, else the mistakes.</summary>
    public static (CommandPayload? Payload, IReadOnlyList<PayloadMistake> Mistakes) Read(JsonElement payload)
    {
        CommandPayloadReader reader = new();
        try
        {
            CommandPayload? read = reader.ReadPayload(payload);
            return (reader._mistakes.Count == 0 ? read : null, reader._mistakes);
        }
        catch (InvalidOperationException)
        {
            // How JsonElement says that a string is none; every other kind of value is asked for before it is read.
            reader.Add("$", "contains a string with half of a surrogate pair (\\uD800 to \\uDFFF)");
            return (null, reader._mistakes);
        }
    }

    private CommandPayload? ReadPayload(JsonElement payload)
    {
        if (payload.ValueKind is not JsonValueKind.Object)
        {
            Add("$", "must be an object with the member 'command'");
            return null;
        }

        foreach (JsonProperty member in payload.EnumerateObject())
        {
            ReadMember(member.Name, member.Value);
        }

        if (!_seen.Contains("command"))
        {
            Add("$.command", "is missing");
        }

        return new CommandPayload
        {
            Command = _command ?? "",
            Args = _args,
            Env = _env,
            WorkingDirectory = _workingDirectory,
            Stdin = _stdin,
            Shell = _shell,
        };
    }

    private void ReadMember(string name, JsonElement value)
    {
        string path = JsonPath.Member("$", name);
        if (!_seen.Add(name == "working_dir" ? "workingDirectory" : name))
        {
            Add(path, "is given twice");
            return;
        }

        switch (name)
        {
            case "command":
                _command = ReadText(path, value);
                if (_command?.Length == 0)
                {
                    Add(path, "must not be empty");
                }

                break;
            case "args":
                _args = ReadArgs(value);
                break;
            case "env":
                _env = ReadEnv(value);
                break;
            case "workingDirectory" or "working_dir":
                _workingDirectory = value.ValueKind is JsonValueKind.Null ? null : ReadText(path, value);
                if (_workingDirectory is not null && !AttemptPath.IsValid(_workingDirectory))
                {
                    Add(path, "must not lead out of the attempt's own directory; a path elsewhere must be absolute");
                }

                break;
            case "stdin":
                // NUL is a byte like any other here.
                _stdin = (value.ValueKind is JsonValueKind.String ? value.GetString() : Missing(path, "must be a string")) ?? "";
                break;
            case "shell":
                _shell = value.ValueKind is JsonValueKind.True;
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                {
                    Add(path, "must be true or false");
                }

                break;
            default:
                Add(path, $"is no member of a command's payload; these are: {Known}");
                break;
        }
    }

    private List<string> ReadArgs(JsonElement value)
    {
        List<string> args = [];
        if (value.ValueKind is not JsonValueKind.Array)
        {
            Add("$.args", "must be an array of strings");
            return args;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            args.Add(ReadText($"$.args[{index++}]", item) ?? "");
        }

        return args;
    }

    private Dictionary<string, string> ReadEnv(JsonElement value)
    {
        Dictionary<string, string> env = new(StringComparer.Ordinal);
        if (value.ValueKind is not JsonValueKind.Object)
        {
            Add("$.env", "must be an object of strings");
            return env;
        }

        foreach (JsonProperty variable in value.EnumerateObject())
        {
            string path = JsonPath.Member("$.env", variable.Name);
            if (variable.Name.Length == 0 || variable.Name.Contains('=') || !CommandStrings.IsValid(variable.Name))
            {
                Add(path, "is no name of a variable: it must not be empty nor contain '=' or NUL");
            }
            else if (!env.TryAdd(variable.Name, ReadText(path, variable.Value) ?? ""))
            {
                Add(path, "is given twice");
            }
        }

        return env;
    }

    private string? ReadText(string path, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            return Missing(path, "must be a string");
        }

        string text = value.GetString()!;
        return CommandStrings.IsValid(text) ? text : Missing(path, "must not contain the character NUL");
    }

    private string? Missing(string path, string message)
    {
        Add(path, message);
        return null;
    }

    private void Add(string path, string message) => _mistakes.Add(new PayloadMistake(path, message));
}
