using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>A change of a job that is ready to be sent.</summary>
/// <param name="Id">Its own id, which stands in the head and with its events: whoever lost the answer knows by it that it was done.</param>
/// <param name="Changes">What changes together, the head first.</param>
/// <param name="Before">Rows that are written before: those of lists, and what the commit only points to.</param>
/// <param name="After">Rows of lists that go afterwards.</param>
/// <param name="EventsKey">The row of its events, or null where it has none; such a commit may simply be made again.</param>
internal sealed record JobCommit(
    string Id, IReadOnlyList<TableChange> Changes, IReadOnlyList<TableRow> Before, IReadOnlyList<TableRow> After, string? EventsKey);
