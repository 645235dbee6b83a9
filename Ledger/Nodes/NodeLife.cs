namespace FuncExec.Ledger;

/// <summary>One life of a node: a process, from its start to its end.</summary>
/// <param name="Id">New with every start.</param>
/// <param name="Name">The node's name, the same over restarts.</param>
public sealed record NodeLife(string Id, string Name);
