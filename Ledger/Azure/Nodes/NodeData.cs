namespace FuncExec.Ledger.Azure.Nodes;

/// <summary>A life of a node.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Lease">How long it lives without renewal.</param>
/// <param name="Write">What wrote the row, unique, so that a writer whose answer was lost knows its own.</param>
/// <param name="IsEnded">Whether it is over.</param>
internal sealed record NodeData(string Name, TimeSpan Lease, string Write, bool IsEnded);
