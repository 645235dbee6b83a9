namespace FuncExec.Ledger.Azure.Nodes;

/// <summary>A life of a node.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Lease">How long it lives without renewal.</param>
/// <param name="Write">What wrote the row, unique, so that a writer whose answer was lost knows its own.</param>
/// <param name="IsEnded">Whether it is over.</param>
internal sealed record NodeData(string Name, TimeSpan Lease, string Write, bool IsEnded)
{
    /// <summary>The life's id, which a key need not say; null in rows of earlier versions.</summary>
    public string? Id { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset BegunAt { get; init; }

    /// <summary>Whether somebody asked it to take nothing new.</summary>
    public bool IsAskedToDrain { get; init; }

    /// <summary>What it told of itself last, or null.</summary>
    public string? Report { get; init; }
}
