namespace FuncExec.ExecutorPlugins.Command;

/// <summary>What a job says about a command.</summary>
internal sealed record CommandPayload
{
    /// <summary>The program, or with <see cref="Shell"/> the script.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Variables besides those that every command gets; they win.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it starts: absolute, or relative to the attempt's own directory; null is that directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads.</summary>
    public string Stdin { get; init; } = "";

    /// <summary>Whether <c>/bin/sh -c</c> reads <see cref="Command"/>; the arguments are then $1 and so on.</summary>
    public bool Shell { get; init; }
}
