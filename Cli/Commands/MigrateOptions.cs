using System.CommandLine;
using FuncExec.Cli.Migration;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Cli.Commands;

/// <summary>The options of <c>funcexec migrate</c>.</summary>
internal sealed class MigrateOptions
{
    private const string DefaultConnection = "PostgreSQL";

    private readonly Option<string> _from = new("--from") { Description = "Where the data are: a data directory, or 'postgresql'.", HelpName = "PLACE" };
    private readonly Option<string> _to = new("--to") { Description = "Where they go: a data directory, or 'postgresql'. It has to be empty.", HelpName = "PLACE" };
    private readonly Option<string> _release = new("--release") { Description = "Lets the service start again over a place that data were moved away from.", HelpName = "PLACE" };
    private readonly Option<string> _hub = new("--hub") { Description = "The hub's name. Without: the service's.", HelpName = "NAME" };
    private readonly Option<string> _connection = new("--connection")
    {
        Description = "The name of the connection string, looked for as the service does: ConnectionStrings__NAME, else NAME, in the environment. Without: the service's, else PostgreSQL.",
        HelpName = "NAME",
    };

    public MigrateOptions()
    {
        Command = new Command("migrate", "Moves all that the service keeps from a data directory to PostgreSQL, or back, while no service runs.");
        Command.Options.Add(_from);
        Command.Options.Add(_to);
        Command.Options.Add(_hub);
        Command.Options.Add(_connection);
        Command.Options.Add(_release);
    }

    /// <summary>The command that has them.</summary>
    public Command Command { get; }

    /// <summary>What was given.</summary>
    /// <exception cref="CliException">It does not go together.</exception>
    public MigrateCommand Read(ParseResult parsed)
    {
        IConfiguration environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        HubPlace hub = HubPlace.Read(environment);
        string hubName = parsed.GetValue(_hub) ?? hub.Name ?? throw new CliException("host.json cannot be read. Name the hub with --hub.");
        string connection = parsed.GetValue(_connection) ?? hub.ConnectionStringName ?? DefaultConnection;
        if (connection.Contains('=') || connection.Contains(';'))
        {
            throw new CliException("--connection is the name of a connection string, not one itself: other users of this machine see command lines. Set ConnectionStrings__NAME in the environment.");
        }

        PlaceName Place(string word) => new(
            word.Equals(PlaceName.PostgreSql, StringComparison.OrdinalIgnoreCase) ? PlaceName.PostgreSql : Full(word), hubName, () => Find(environment, connection));

        return (parsed.GetValue(_from), parsed.GetValue(_to), parsed.GetValue(_release)) switch
        {
            ({ } from, { } to, null) when Place(from).IsDatabase != Place(to).IsDatabase => new MigrateCommand(Place(from), Place(to)),
            ({ }, { }, null) => throw new CliException($"One of --from and --to is '{PlaceName.PostgreSql}', the other a data directory."),
            (null, null, { } place) => new MigrateCommand(Place(place), null),
            _ => throw new CliException("Say --from PLACE --to PLACE, or --release PLACE. See funcexec migrate --help."),
        };
    }

    private static string Full(string word) => word.Length > 0 && !word.Contains('\0')
        ? Path.GetFullPath(word)
        : throw new CliException("A place is the name of a directory, or 'postgresql'.");

    private static string Find(IConfiguration environment, string name) => (environment.GetConnectionString(name) ?? environment[name]) is { Length: > 0 } found
        ? found
        : throw new CliException($"There is no connection string '{name}'. Set ConnectionStrings__{name} in the environment to that of the database, such as Host=db;Database=funcexec;Username=funcexec;Password=….");
}
