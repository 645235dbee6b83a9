using System.Reflection;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Where an app is.</summary>
internal sealed record RuntimeSource
{
    /// <summary>The key under which a host builder's properties hold another source than <see cref="OfProcess"/>.</summary>
    public const string PropertyKey = "FuncExec.Runtime.Functions.Source";

    /// <summary>The switch that turns keys off.</summary>
    public const string NoAuthSwitch = "--no-auth";

    /// <summary>The directory with <c>host.json</c>.</summary>
    public required string Directory { get; init; }

    /// <summary>The assembly whose dependency manifest is the app's.</summary>
    public required Assembly Entry { get; init; }

    /// <summary>The classes to take functions from, or null for all of the app's.</summary>
    public IReadOnlyList<Type>? Types { get; init; }

    /// <summary>The command line, without <see cref="NoAuthSwitch"/>.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Whether the command line has <see cref="NoAuthSwitch"/>.</summary>
    public bool NoAuth { get; init; }

    /// <summary>The port that <c>local.settings.json</c> gives, or null.</summary>
    public int? LocalPort { get; init; }

    /// <summary>The app of this process.</summary>
    public static RuntimeSource OfProcess() => new()
    {
        Directory = AppContext.BaseDirectory,
        Entry = Assembly.GetEntryAssembly() ?? throw new InvalidOperationException("This process has no entry assembly."),
    };

    /// <summary>The same with a command line.</summary>
    public RuntimeSource With(string[] arguments) => this with
    {
        Arguments = [.. arguments.Where(static argument => !argument.Equals(NoAuthSwitch, StringComparison.OrdinalIgnoreCase))],
        NoAuth = arguments.Contains(NoAuthSwitch, StringComparer.OrdinalIgnoreCase),
    };
}
