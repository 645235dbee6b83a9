namespace FuncExec.Ledger;

/// <summary>What a ledger knows of one life of a node.</summary>
public sealed record NodeRecord
{
    /// <summary>The life's id.</summary>
    public required string Id { get; init; }

    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>When it was renewed last.</summary>
    public required DateTimeOffset RenewedAt { get; init; }

    /// <summary>How long it lives without a renewal.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>Whether it was ended, or was not renewed in time.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Whether somebody asked it to take nothing new.</summary>
    public required bool IsAskedToDrain { get; init; }

    /// <summary>What it told of itself last, or null.</summary>
    public string? Report { get; init; }
}
