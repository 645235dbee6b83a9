using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>What holds in every history.</summary>
internal static class HistoryRules
{
    /// <summary>The rules that a history breaks: each task ends at most once and only after it was scheduled, and nothing follows the end.</summary>
    public static IEnumerable<string> Broken(IReadOnlyList<HistoryEvent> history)
    {
        var open = new HashSet<int>();
        bool isOver = false;
        foreach (HistoryEvent happened in history)
        {
            if (isOver)
            {
                yield return $"{happened} follows the end";
            }

            isOver |= happened is ExecutionCompleted;
            if (Scheduled(happened) is { } scheduled && !open.Add(scheduled))
            {
                yield return $"{happened} has the id of another";
            }

            if (Ended(happened) is { } ended && !open.Remove(ended))
            {
                yield return $"{happened} ends what is not open";
            }
        }
    }

    private static int? Scheduled(HistoryEvent happened) => happened switch
    {
        TaskScheduled task => task.Id,
        ChildScheduled child => child.Id,
        TimerCreated timer => timer.Id,
        EntityCalled call => call.Id,
        LocksRequested locks => locks.Id,
        _ => null,
    };

    private static int? Ended(HistoryEvent happened) => happened switch
    {
        TaskCompleted task => task.Id,
        TaskFailed task => task.Id,
        ChildCompleted child => child.Id,
        ChildFailed child => child.Id,
        TimerFired timer => timer.Id,
        EntityAnswered call => call.Id,
        EntityFailed call => call.Id,
        LocksGranted locks => locks.Id,
        _ => null,
    };
}
