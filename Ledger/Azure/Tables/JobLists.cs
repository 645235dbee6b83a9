using System.Text;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>
/// The rows of lists that a job is on. They are in partitions of their own, inserted before and removed after the commit that
/// makes them true: a list may have more than is so, never less. The head decides.
/// </summary>
internal static class JobLists
{
    internal const string All = "L";

    internal const string Running = "CR";

    internal const string Deleted = "X";

    internal static string ByName(string name) => "LN." + KeyText.Of(name);

    internal static string ByStatus(JobStatus status) => $"LS.{(int)status}";

    internal static string ByNameAndStatus(string name, JobStatus status) => $"LM.{KeyText.Of(name)}.{(int)status}";

    internal static string ByState(JobState state) => $"C.{(int)state}";

    /// <summary>The list that a filter reads.</summary>
    internal static string Of(JobFilter filter) => (filter.Name, filter.Status) switch
    {
        (null, null) => All,
        (null, { } status) => ByStatus(status),
        ({ } name, null) => ByName(name),
        ({ } name, { } status) => ByNameAndStatus(name, status),
    };

    /// <summary>Where a job stands on a list by time; what follows the id in the key is behind <see cref="KeyText.End"/>.</summary>
    internal static string TimeKey(DateTimeOffset time, string id) => $"{KeyText.Number(time.UtcTicks)}.{id}{KeyText.End}";

    /// <summary>All rows that a job has on lists.</summary>
    internal static IEnumerable<TableRow> Rows(JobHead? head)
    {
        switch (head)
        {
            case null:
                return [];
            case { IsRemoved: true, RemovedAt: { } at }:
                return [Row(Deleted, TimeKey(at, head.Id), head)];
            default:
                IEnumerable<TableRow> rows = Following(head);
                rows = head.IsSeen ? rows.Concat(Lasting(head)) : rows;
                return head is { IsUnfinished: true, IsListedRunning: true } ? rows.Append(Row(Running, TimeKey(head.CreatedAt, head.Id), head)) : rows;
        }
    }

    /// <summary>The id of the job whose row that is.</summary>
    internal static string IdOf(TableRow row) => Encoding.UTF8.GetString(row.Data.Span);

    /// <summary>Whether the head stands by a row of a list.</summary>
    internal static bool IsTrue(JobHead head, TableRow row) => Rows(head).Any(own => IsSame(own, row));

    /// <summary>Whether both are the same row.</summary>
    internal static bool IsSame(TableRow one, TableRow other) => one.Partition == other.Partition && one.Key == other.Key;

    /// <summary>Those rows that were written for one commit, and are nobody else's.</summary>
    internal static IEnumerable<TableRow> OfCommit(IEnumerable<TableRow> rows, string commit) =>
        rows.Where(row => row.Key.EndsWith(commit, StringComparison.Ordinal));

    /// <summary>Whether its rows that follow status and state stand elsewhere than those of an earlier head.</summary>
    internal static bool IsMoved(JobHead? before, JobHead now) =>
        before is null || !Following(before with { ListedBy = "" }).Select(Place).SequenceEqual(Following(now with { ListedBy = "" }).Select(Place));

    private static (string, string) Place(TableRow row) => (row.Partition, row.Key);

    // As long as it can be seen.
    private static IEnumerable<TableRow> Lasting(JobHead head)
    {
        yield return Row(All, KeyText.Complement(head.Id), head);
        if (head.Name is { } name)
        {
            yield return Row(ByName(name), KeyText.Complement(head.Id), head);
        }
    }

    // As its status and state go. The commit in the key makes sure that nobody removes what another commit counts on.
    private static IEnumerable<TableRow> Following(JobHead head)
    {
        if (head.IsRemoved)
        {
            yield break;
        }

        DateTimeOffset time = head is { State: JobState.Finished, FinishedAt: { } end } ? end : head.CreatedAt;
        yield return Row(ByState(head.State), TimeKey(time, head.Id) + head.ListedBy, head);
        if (!head.IsSeen)
        {
            yield break;
        }

        string key = KeyText.Complement(head.Id) + head.ListedBy;
        yield return Row(ByStatus(head.Status), key, head);
        if (head.Name is { } name)
        {
            yield return Row(ByNameAndStatus(name, head.Status), key, head);
        }
    }

    private static TableRow Row(string list, string key, JobHead head) => new(list, key, Encoding.UTF8.GetBytes(head.Id));
}
