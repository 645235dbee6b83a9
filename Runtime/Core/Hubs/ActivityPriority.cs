namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Which of the waiting activities goes first: the one of the smallest rank, which is set once, as it is scheduled. A level of
/// priority is worth the time of <see cref="Step"/>: what is more urgent overtakes what is less so, but nothing waits for ever
/// behind what comes later, for with every step that it waits it stands a level higher to what comes then.
/// </summary>
public static class ActivityPriority
{
    /// <summary>The least urgent.</summary>
    public const int Lowest = 0;

    /// <summary>The most urgent.</summary>
    public const int Highest = 9;

    /// <summary>That of an activity which says nothing.</summary>
    public const int Default = 5;

    /// <summary>What one level is worth: so much earlier an activity would have to be scheduled to stand at the same place. Stored in ranks, so it never changes.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>The rank of an activity that is scheduled now, in milliseconds.</summary>
    public static long RankOf(int priority, DateTimeOffset scheduledAt) =>
        scheduledAt.ToUnixTimeMilliseconds() - (priority * (long)Step.TotalMilliseconds);

    /// <summary>When an activity of a rank was scheduled: the inverse of <see cref="RankOf"/>.</summary>
    public static DateTimeOffset ScheduledAt(long rank, int priority) =>
        DateTimeOffset.FromUnixTimeMilliseconds(rank + (priority * (long)Step.TotalMilliseconds));
}
