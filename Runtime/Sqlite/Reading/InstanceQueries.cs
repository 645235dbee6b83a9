using System.Text;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>Pages of instances by key.</summary>
internal sealed class InstanceQueries(Connection connection)
{
    // A filter that is not asked for is a range of everything.
    private const string Filters =
        "key > ?1 AND created BETWEEN ?2 AND ?3 AND (?4 IS NULL OR id BETWEEN ?4 AND ?5) "
        + "AND (?8 IS NULL OR id NOT BETWEEN ?8 AND ?9) AND updated BETWEEN ?10 AND ?11";

    private readonly Statement _all = connection.Prepare(
        $"SELECT {InstanceTable.RecordColumns} FROM instances WHERE {Filters} AND (1 << status) & ?7 ORDER BY key LIMIT ?6");

    // Among a million finished ones the few unfinished are found by index, one status after the other.
    private readonly Statement _unfinished = connection.Prepare(
        $"SELECT {InstanceTable.RecordColumns} FROM instances INDEXED BY instances_unfinished "
        + $"WHERE {Filters} AND status = ?7 AND status < 4 ORDER BY key LIMIT ?6");

    internal InstancePage Query(InstanceQuery query)
    {
        List<InstanceRecord> items = [];
        if (query.Statuses is { Count: > 0 } statuses && statuses.All(status => !status.IsFinished()))
        {
            foreach (InstanceStatus status in statuses.Distinct())
            {
                Collect(_unfinished, query, (long)status, items);
            }

            items.Sort((left, right) => left.Key.CompareTo(right.Key));
        }
        else
        {
            long mask = query.Statuses?.Aggregate(0L, (all, status) => all | (1L << (int)status)) ?? -1;
            Collect(_all, query, mask, items);
        }

        if (items.Count <= query.PageSize)
        {
            return new InstancePage(items, null);
        }

        items.RemoveRange(query.PageSize, items.Count - query.PageSize);
        return new InstancePage(items, items[^1].Key);
    }

    // One more than the page holds, which tells whether there is a next one.
    private static void Collect(Statement page, InstanceQuery query, long statuses, List<InstanceRecord> items)
    {
        page.Bind(1, query.AfterKey);
        page.Bind(2, query.CreatedFrom?.UtcTicks ?? long.MinValue);
        page.Bind(3, query.CreatedTo?.UtcTicks ?? long.MaxValue);
        BindPrefix(page, 4, query.InstanceIdPrefix);
        BindPrefix(page, 8, query.InstanceIdPrefixNot);
        page.Bind(10, query.UpdatedFrom?.UtcTicks ?? long.MinValue);
        page.Bind(11, query.UpdatedTo?.UtcTicks ?? long.MaxValue);
        page.Bind(6, query.PageSize + 1L);
        page.Bind(7, statuses);
        try
        {
            while (page.Step())
            {
                items.Add(InstanceTable.ReadRecord(page));
            }
        }
        finally
        {
            page.Reset();
        }
    }

    // Ids are ordered by their UTF-8 bytes, and no UTF-8 contains the byte 0xFF.
    private static void BindPrefix(Statement page, int first, string? prefix)
    {
        if (string.IsNullOrEmpty(prefix))
        {
            page.BindNull(first);
            page.BindNull(first + 1);
            return;
        }

        byte[] start = Encoding.UTF8.GetBytes(prefix);
        page.BindUtf8(first, start);
        page.BindUtf8(first + 1, [.. start, 0xFF]);
    }
}
