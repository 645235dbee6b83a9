using System.CommandLine;
using System.CommandLine.Parsing;
using FuncExec.Cli.Output;

namespace FuncExec.Cli.Commands;

/// <summary>The commands: reads what was asked for, does it, and says what was wrong.</summary>
internal static class CommandLine
{
    /// <summary>Does what a command line asks for; answers the process's exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await DispatchAsync(args);
        }
        catch (CliException failure)
        {
            Messages.Error(failure.Message);
            return failure.ExitCode;
        }
        catch (Exception failure) // What nobody foresaw: all of it, for a report.
        {
            Messages.Error($"this should not have happened. {failure}");
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> DispatchAsync(string[] args)
    {
        // What serve is given are the service's settings, which the service knows best.
        if (args is ["serve", .. string[] settings] && !settings.Any(static word => word is "--help" or "-h" or "-?"))
        {
            return await ServeCommand.RunAsync(settings);
        }

        RunOptions run = new();
        StatusOptions status = new();
        MigrateOptions migrate = new();
        RootCommand root = new("Runs commands as durable jobs.")
        {
            run.Command,
            status.Command,
            ServeCommand.Describe(),
            migrate.Command,
        };
        RunWords words = args is ["run", .. string[] rest] ? RunWords.Split(rest, run.Command) : new RunWords(args, [], null);
        string[] options = args is ["run", ..] ? ["run", .. words.Options] : words.Options;
        ParseResult parsed = root.Parse(options, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is not null && (parsed.Errors.Count == 0 || IsHelp(options)))
        {
            return await parsed.InvokeAsync();
        }

        if (parsed.Errors.Count > 0)
        {
            throw new CliException(Explain(parsed));
        }

        return parsed.CommandResult.Command == run.Command ? await run.Read(parsed, words).RunAsync()
            : parsed.CommandResult.Command == status.Command ? await status.Read(parsed).RunAsync()
            : parsed.CommandResult.Command == migrate.Command ? await migrate.Read(parsed).RunAsync()
            : throw new CliException("Say what to do: run, status, serve or migrate. See funcexec --help.");
    }

    private static bool IsHelp(string[] options) => options.Any(static word => word is "--help" or "-h" or "-?" or "--version");

    private static string Explain(ParseResult parsed)
    {
        string command = parsed.CommandResult.Command.Name;
        ParseError first = parsed.Errors[0];
        if (parsed.CommandResult.Command is RootCommand)
        {
            return parsed.UnmatchedTokens is [{ } unknown, ..]
                ? $"There is no command or option '{unknown}'. The commands are run, status, serve and migrate. See funcexec --help."
                : "Say what to do: run, status, serve or migrate. See funcexec --help.";
        }

        string help = $"See funcexec {command} --help.";
        if (command == "run" && parsed.UnmatchedTokens is [{ } stray, ..])
        {
            return stray.StartsWith('-')
                ? $"run has no option '{stray}'. If it belongs to the command, put -- before the command: funcexec run -- COMMAND {stray}. {help}"
                : $"Put -- before the command, so that its options are its own: funcexec run -- {stray}. {help}";
        }

        return $"{first.Message.TrimEnd('.')}. {help}";
    }
}
