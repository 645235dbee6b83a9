using System.CommandLine;
using FuncExec.Cli.Services;

namespace FuncExec.Cli.Commands;

/// <summary>The options that say which service to speak to.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _server = new("--server")
    {
        Description = "The service to use, such as http://127.0.0.1:7071. Without: the one that runs over the data directory, else one in this process, for as long as it takes.",
        HelpName = "URL",
    };

    private readonly Option<string> _key = new("--key")
    {
        Description = "The service's key. Without: FUNCEXEC_KEY, else the file 'key' in the data directory.",
        HelpName = "KEY",
    };

    private readonly Option<string> _dataDirectory = new("--data-directory")
    {
        Description = "Where the data are. Without: FuncExec__DataDirectory, else funcexec in the user's directory for state.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Also write the warnings of a service in this process to standard error." };

    /// <summary>Adds them to a command.</summary>
    public ConnectionOptions(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
        command.Options.Add(_dataDirectory);
        command.Options.Add(_verbose);
    }

    /// <summary>What was given.</summary>
    /// <exception cref="CliException">The server's address is none.</exception>
    public ServiceChoice Read(ParseResult parsed)
    {
        string? key = parsed.GetValue(_key);
        if (key is not null && (key.Length == 0 || !key.All(static character => character is > ' ' and < '\x7f')))
        {
            throw new CliException("--key is no key: a key is made of visible ASCII characters.");
        }

        return new ServiceChoice
        {
            Server = parsed.GetValue(_server) is { } server ? ReadUrl(server) : null,
            Key = key ?? (Environment.GetEnvironmentVariable("FUNCEXEC_KEY") is { Length: > 0 } given ? given.Trim() : null),
            DataDirectory = DataDirectories.Resolve(parsed.GetValue(_dataDirectory)),
            Verbose = parsed.GetValue(_verbose),
        };
    }

    private static Uri ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0
            ? new Uri(url.AbsoluteUri.TrimEnd('/') + "/")
            : throw new CliException($"--server '{text}' is no address of a service. Write one such as http://127.0.0.1:7071.");
}
