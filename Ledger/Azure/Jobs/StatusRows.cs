using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>Rows of statuses: a byte a task, 0 for one that has no row.</summary>
internal static class StatusRows
{
    internal static byte[] Read(TableRow? row)
    {
        if (row is null)
        {
            return new byte[JobWork.StatusesInRow];
        }

        try
        {
            byte[] statuses = Packed.Read(row.Data.Span);
            return statuses.Length == JobWork.StatusesInRow ? statuses : throw LedgerJson.Damaged(row);
        }
        catch (LedgerDamagedException)
        {
            throw LedgerJson.Damaged(row);
        }
    }
}
