using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Postgres;

/// <summary>Bounds and steps of what is stored.</summary>
internal static class HubLimits
{
    /// <summary>The unread messages that one instance may have before clients are refused.</summary>
    internal const int Inbox = 100_000;

    /// <summary>How much older an activity counts for each step of its priority, in milliseconds.</summary>
    internal static long AgeingMilliseconds { get; } = (long)ActivityPriority.Step.TotalMilliseconds;
}
