using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.PostgresStore.Moving;

/// <summary>Where rows of a kind lie in a schema.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Select">Reads all of them; columns in the order of the kind's, each bigint, bytea or uuid.</param>
/// <param name="Inserts">
/// Statements that add rows, one after the other: parameter n is the array of the kind's column n, counted from 1, bigint[], bytea[]
/// or uuid[].
/// </param>
internal sealed record MovedTable(TransferKind Kind, string Select, params IReadOnlyList<string> Inserts);
