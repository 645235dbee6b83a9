namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>Where the sessions of nodes on a store are.</summary>
/// <param name="Name">The table: a row each, which says what its program knows (<see cref="StoreKind.Sessions"/>).</param>
/// <param name="Lives">The condition of a row whose session lives.</param>
internal sealed record SessionTable(string Name, string Lives);
