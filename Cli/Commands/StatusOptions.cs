using System.CommandLine;

namespace FuncExec.Cli.Commands;

/// <summary>The options of <c>funcexec status</c>.</summary>
internal sealed class StatusOptions
{
    private readonly Argument<string> _id = new("id") { Description = "The job's id.", HelpName = "ID" };
    private readonly Option<bool> _json = new("--json") { Description = "Write the job as the service shows it." };
    private readonly ConnectionOptions _connection;

    public StatusOptions()
    {
        Command = new Command("status", "Shows a job.");
        Command.Arguments.Add(_id);
        Command.Options.Add(_json);
        _connection = new ConnectionOptions(Command);
    }

    /// <summary>The command that has them.</summary>
    public Command Command { get; }

    /// <summary>What was given.</summary>
    public StatusCommand Read(ParseResult parsed) => new(parsed.GetValue(_id)!, parsed.GetValue(_json), _connection.Read(parsed));
}
