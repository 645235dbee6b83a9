using FuncExec.Runtime.PostgresStore.Opening;

namespace FuncExec.Runtime.PostgresStore.Moving;

/// <summary>All that a store keeps in a schema.</summary>
/// <param name="Tables">By kind.</param>
/// <param name="Sessions">Where the sessions of nodes are; they are not moved.</param>
/// <param name="IsEmpty">A query that answers true when nobody would miss any of it.</param>
/// <param name="Clear">Statements that delete all of it, sessions included.</param>
/// <param name="Complete">Statements for after the last row.</param>
internal sealed record MovedTables(IReadOnlyList<MovedTable> Tables, SessionTable Sessions, string IsEmpty, string Clear, string Complete);
