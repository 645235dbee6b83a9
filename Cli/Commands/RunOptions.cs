using System.CommandLine;
using System.CommandLine.Parsing;
using FuncExec.Cli.Jobs;

namespace FuncExec.Cli.Commands;

/// <summary>The options of <c>funcexec run</c>.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> _command = new("--command") { Description = "The command, in place of -- and words.", HelpName = "C" };
    private readonly Option<string[]> _args = new(RunWords.ArgsOption) { Description = "One argument of --command, as it is. May be repeated.", HelpName = "A" };
    private readonly Option<string> _file = new("--file", "-f") { Description = "A job document (JSON) in place of a command; - reads it from standard input.", HelpName = "FILE" };
    private readonly Option<string> _name = new("--name") { Description = "The job's name.", HelpName = "NAME" };
    private readonly Option<string> _timeout = new("--timeout") { Description = "How long the command may run, such as 90s, 5m or 01:30:00.", HelpName = "TIME" };
    private readonly Option<string> _retry = new("--retry") { Description = "How many more times to try when it fails.", HelpName = "N" };
    private readonly Option<bool> _shell = new("--shell") { Description = "Hand the command to /bin/sh -c; further words are its $1, $2, …" };
    private readonly Option<string[]> _env = new("--env") { Description = "A variable for the command: NAME=VALUE, or NAME with the value it has here. May be repeated.", HelpName = "NAME[=VALUE]" };
    private readonly Option<bool> _allEnv = new("--all-env") { Description = "Give the command all variables that there are here." };
    private readonly Option<string> _cwd = new("--cwd") { Description = "Where the command starts.", HelpName = "DIR" };
    private readonly Option<bool> _stdin = new("--stdin") { Description = "Hand standard input to the command: text, at most 256 KiB." };
    private readonly Option<bool> _detach = new("--detach") { Description = "Leave the job to a running service; write its id." };
    private readonly Option<bool> _json = new("--json") { Description = "Write the finished job to standard output; what commands write goes to standard error." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Write nothing but what commands write, and failures of funcexec itself." };
    private readonly ConnectionOptions _connection;

    public RunOptions()
    {
        Command = new Command("run", "Runs a command, or a job document, and ends with its exit code: funcexec run [options] -- COMMAND [ARGS]…");
        foreach (Option option in new Option[] { _command, _args, _file, _name, _timeout, _retry, _shell, _env, _allEnv, _cwd, _stdin, _detach, _json, _quiet })
        {
            Command.Options.Add(option);
        }

        _connection = new ConnectionOptions(Command);
    }

    /// <summary>The command that has them.</summary>
    public Command Command { get; }

    /// <summary>What was given.</summary>
    /// <exception cref="CliException">It does not go together.</exception>
    public RunCommand Read(ParseResult parsed, RunWords words) => new()
    {
        Source = parsed.GetValue(_file) is { } file ? ReadFile(parsed, words, file) : ReadCommand(parsed, words),
        Variables = new VariableChoice(parsed.GetValue(_env) ?? [], parsed.GetValue(_allEnv)),
        Detach = parsed.GetValue(_detach),
        Json = parsed.GetValue(_json),
        Quiet = parsed.GetValue(_quiet),
        Service = _connection.Read(parsed),
    };

    private JobSource.Document ReadFile(ParseResult parsed, RunWords words, string file)
    {
        if (words.Command is not null || words.Args.Count > 0)
        {
            throw new CliException("Give either a command or a job document (--file), not both.");
        }

        foreach (Option option in new Option[] { _command, _name, _timeout, _retry, _shell, _env, _allEnv, _cwd, _stdin })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new CliException($"{option.Name} does not go with --file: write it into the document.");
            }
        }

        return file.Length > 0 ? new JobSource.Document(file) : throw new CliException("--file needs the name of a job document, or - for standard input.");
    }

    private JobSource.Command ReadCommand(ParseResult parsed, RunWords words)
    {
        string? command = parsed.GetValue(_command);
        if (command is not null && words.Command is not null)
        {
            throw new CliException("Give the command once: with --command or after --.");
        }

        if (command is null && words.Args.Count > 0)
        {
            throw new CliException("--args are the arguments of --command, which is missing. After --, write the arguments behind the command.");
        }

        IReadOnlyList<string> all = command is not null ? [command, .. words.Args] : words.Command ?? [];
        if (all.Count == 0 || all[0].Length == 0)
        {
            throw new CliException("Say which command to run: funcexec run -- COMMAND [ARGS]…");
        }

        return new JobSource.Command
        {
            Words = all,
            Name = parsed.GetValue(_name),
            Timeout = parsed.GetValue(_timeout),
            Retries = parsed.GetValue(_retry) is { } retries ? ReadRetries(retries) : 0,
            Shell = parsed.GetValue(_shell),
            Directory = parsed.GetValue(_cwd),
            PassInput = parsed.GetValue(_stdin),
        };
    }

    private static int ReadRetries(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int retries) && retries < JobSource.MostRetries
            ? retries
            : throw new CliException($"--retry is '{text}'; allowed is a whole number, 0 to {JobSource.MostRetries - 1}.");
}
