using FuncExec.ExecutorPlugins.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.ExecutorPlugins.Command.Policy;

/// <summary>Which programs the command executor may run.</summary>
public sealed record CommandPolicyOptions
{
    private const string AllowedKey = "EXECUTOR_COMMAND_ALLOWED", AllowedList = "FuncExec:Executors:Command:Allowed";
    private const string BlockedKey = "EXECUTOR_COMMAND_BLOCKED", BlockedList = "FuncExec:Executors:Command:Blocked";

    /// <summary>
    /// <c>EXECUTOR_COMMAND_ALLOWED</c> (comma-separated) and <c>FuncExec:Executors:Command:Allowed:0</c> and on: names or
    /// absolute paths, also with * and ?. Empty, the default, allows every program; else only these run.
    /// </summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary><c>EXECUTOR_COMMAND_BLOCKED</c> and <c>FuncExec:Executors:Command:Blocked:0</c> and on; wins over the other.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];

    /// <summary>Reads them.</summary>
    /// <exception cref="OptionsValidationException">Entries are wrong: each by the name of its setting.</exception>
    public static CommandPolicyOptions From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        SettingReader reader = new(configuration);
        CommandPolicyOptions options = new()
        {
            Allowed = Read(reader, AllowedKey, AllowedList),
            Blocked = Read(reader, BlockedKey, BlockedList),
        };
        return reader.Faults.Count == 0 ? options : throw new OptionsValidationException(Options.DefaultName, typeof(CommandPolicyOptions), reader.Faults);
    }

    private static List<string> Read(SettingReader reader, string commaSeparated, string list)
    {
        List<string> texts = [];
        foreach ((string key, string value) in reader.Entries(commaSeparated, list))
        {
            if (PolicyEntry.TryParse(value, out string fault) is null)
            {
                reader.Add(key, fault);
            }

            texts.Add(value);
        }

        return texts;
    }
}
