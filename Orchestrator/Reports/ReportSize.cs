using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reports;

/// <summary>
/// Keeps a report below what a hub stores as one value. Tasks are listed as far as they go, those that did not succeed
/// first; then the longest texts are cut, all to the same length, until the rest fits.
/// </summary>
internal static class ReportSize
{
    /// <summary>How long a report may be, in characters of JSON; hubs take 4 Mi.</summary>
    public const int Limit = 3 * 1024 * 1024;

    /// <summary>What of it listing tasks may take, outputs aside.</summary>
    private const int ListLimit = 2 * 1024 * 1024;

    /// <summary>The member names and numbers of a listed task.</summary>
    private const int PerTask = 180;

    public static (IReadOnlyList<TaskReport> Tasks, int Omitted) Fit(IReadOnlyList<TaskReport> tasks)
    {
        (IReadOnlyList<TaskReport> listed, long used) = Choose(tasks);
        long rest = Limit - used;
        if (listed.Sum(static task => JsonText.Length(task.Stdout) + JsonText.Length(task.Stderr)) > rest)
        {
            long length = LongestText(listed, rest);
            listed = [.. listed.Select(task => Cut(task, length))];
        }

        return (listed, tasks.Count - listed.Count);
    }

    private static (IReadOnlyList<TaskReport> Listed, long Used) Choose(IReadOnlyList<TaskReport> tasks)
    {
        long all = tasks.Sum(Cost);
        if (all <= ListLimit)
        {
            return (tasks, all);
        }

        List<TaskReport> listed = [];
        long used = 0;
        foreach (TaskReport task in tasks.OrderBy(static task => task.Status is JobTaskStatus.Succeeded))
        {
            long cost = Cost(task);
            if (used + cost > ListLimit)
            {
                break;
            }

            used += cost;
            listed.Add(task);
        }

        return (listed, used);
    }

    private static long Cost(TaskReport task) => PerTask + (2 * task.Step.Length) + JsonText.Length(task.Error ?? "");

    /// <summary>The greatest length to which all texts can be cut so that they fit, found by halving.</summary>
    private static long LongestText(IReadOnlyList<TaskReport> tasks, long rest)
    {
        long[] lengths = [.. tasks.SelectMany(static task => new[] { JsonText.Length(task.Stdout), JsonText.Length(task.Stderr) })];
        long low = 0, high = lengths.Max();
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            (low, high) = lengths.Sum(length => Math.Min(length, middle)) <= rest ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static TaskReport Cut(TaskReport task, long length)
    {
        string stdout = JsonText.Tail(task.Stdout, length), stderr = JsonText.Tail(task.Stderr, length);
        bool cut = stdout.Length < task.Stdout.Length || stderr.Length < task.Stderr.Length;
        return cut ? task with { Stdout = stdout, Stderr = stderr, IsTruncated = true } : task;
    }
}
