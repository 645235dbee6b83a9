using System.CommandLine;
using FuncExec.Cli.Services;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.Ledger;
using FuncExec.Runtime.Functions;
using FuncExec.Runtime.Hubs;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuncExec.Cli.Commands;

/// <summary>Runs the service in this process until it is told to stop. Logs go to standard output.</summary>
internal static class ServeCommand
{
    private const string NoAuth = "--no-auth";
    private const string DataDirectory = "--data-directory";
    private const string ExitWhenIdle = "--exit-when-idle";

    /// <summary>The command, for the help.</summary>
    public static Command Describe()
    {
        Command command = new("serve", "Runs the service. Takes every setting as --NAME VALUE, such as --MAX_CONCURRENT_TASKS 16 or --FuncExec__KillGrace 10s.");
        command.Options.Add(new Option<string>("--urls") { Description = "Where it listens. Default: http://127.0.0.1:7071", HelpName = "URL" });
        command.Options.Add(new Option<string>(DataDirectory) { Description = "Where its data are.", HelpName = "DIR" });
        command.Options.Add(new Option<string>(ExitWhenIdle) { Description = "Ends a worker (FuncExec__Role=worker) that has run no task for that time.", HelpName = "TIME" });
        command.Options.Add(new Option<bool>(NoAuth) { Description = "Ask nobody for a key." });
        return command;
    }

    /// <summary>Runs it; answers the exit code.</summary>
    /// <exception cref="CliException">A word is no setting, or the service cannot start.</exception>
    public static async Task<int> RunAsync(string[] words)
    {
        string[] settings = Translate(words);
        try
        {
            await FuncExecApp.Build(settings).RunAsync();
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            throw new CliException(string.Join('\n', exception.Failures), exception);
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new CliException($"{exception.Message} Stop what listens there, or choose another address with --urls.", exception);
        }
        catch (Exception exception) when (exception is FunctionsStartException or HubStartException or HubUnavailableException or LedgerStartException or LedgerUnavailableException
            or ProcessRunnerException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(exception.Message, exception);
        }
    }

    // A configuration takes any name in silence; here a misspelled one is a mistake.
    private static string[] Translate(string[] words)
    {
        List<string> settings = [];
        for (int index = 0; index < words.Length; index++)
        {
            string word = words[index];
            if (word == NoAuth)
            {
                settings.Add(word);
                continue;
            }

            int sign = word.IndexOf('=', StringComparison.Ordinal);
            string name = sign < 0 ? word : word[..sign];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !IsSetting(name))
            {
                throw new CliException($"serve has no option '{name}'. It takes --urls, --data-directory, --no-auth, and settings as --NAME VALUE. See funcexec serve --help.");
            }

            string value = sign >= 0 ? word[(sign + 1)..]
                : ++index < words.Length ? words[index]
                : throw new CliException($"{name} needs a value.");
            settings.Add(name == DataDirectory ? "--" + DataDirectories.Setting : name.Replace("__", ":", StringComparison.Ordinal));
            settings.Add(name == DataDirectory ? DataDirectories.Resolve(value) : value);
        }

        return [.. settings];
    }

    private static bool IsSetting(string name) => name is "--urls" or DataDirectory or ExitWhenIdle
        || name.Contains(':') || name.Contains("__", StringComparison.Ordinal)
        || (name.Length > 2 && name[2..].All(static character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == '_'));
}
