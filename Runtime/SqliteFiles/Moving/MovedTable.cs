using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.SqliteFiles.Moving;

/// <summary>Where rows of a kind lie in a file.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Select">Reads all of them; columns in the order of the kind's.</param>
/// <param name="Insert">Adds one; parameter n is the kind's column n, counted from 1.</param>
/// <param name="Clear">Deletes all of them.</param>
/// <param name="Columns">How each column is handed over.</param>
internal sealed record MovedTable(TransferKind Kind, string Select, string Insert, string Clear, IReadOnlyList<MovedColumn> Columns);
