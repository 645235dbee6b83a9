namespace FuncExec.Runtime.Hubs;

/// <summary>A node's session on a hub.</summary>
/// <param name="Id">Grows with every session; the owner of the leases.</param>
/// <param name="Node">The node's name.</param>
/// <param name="LeaseTime">How long the session lives after a renewal.</param>
/// <param name="SingleNode">
/// True when no other process can use this hub (SQLite): the node may then take as much work as its memory allows.
/// </param>
public sealed record HubSession(long Id, string Node, TimeSpan LeaseTime, bool SingleNode);
