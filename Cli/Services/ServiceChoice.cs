namespace FuncExec.Cli.Services;

/// <summary>Which service to speak to.</summary>
internal sealed record ServiceChoice
{
    /// <summary>Its address, ending in a slash; null to find or host one.</summary>
    public Uri? Server { get; init; }

    /// <summary>Its key; null to read it from the data directory.</summary>
    public string? Key { get; init; }

    /// <summary>The data directory, an absolute path.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Whether a service hosted here shows its warnings.</summary>
    public bool Verbose { get; init; }
}
