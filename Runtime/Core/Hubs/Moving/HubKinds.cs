using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.Hubs.Moving;

/// <summary>
/// What hubs keep. Text is handed over as <see cref="Values.MarkedText"/>, payloads as they are stored, compressed or not. Sessions are
/// not handed over: what they held nobody holds.
/// </summary>
internal static class HubKinds
{
    internal static TransferKind Instances { get; } = TransferKind.Of(
        "instances",
        "key:int status:int version:int token:int generation:uuid created:int updated:int partition:int id:bytes name:bytes tags:bytes "
        + "custom_status:bytes output:bytes failure:bytes start_at:int");

    internal static TransferKind History { get; } = TransferKind.Of("turns", "instance:int turn:int data:bytes");

    internal static TransferKind Inbox { get; } = TransferKind.Of("messages", "instance:int id:int generation:uuid data:bytes");

    /// <summary>The labels stand uncompressed, with commas between.</summary>
    internal static TransferKind Activities { get; } = TransferKind.Of(
        "activities",
        "sequence:int leases:int instance:int generation:uuid task:int name:bytes version:bytes tags:bytes input:bytes priority:int labels:bytes rank:int");

    internal static TransferKind Timers { get; } = TransferKind.Of("timers", "fire_at:int instance:int timer:int");

    /// <summary>
    /// The last numbers that were given to <c>activity</c>, <c>instance</c>, <c>message</c>; plain UTF-8. Sessions go on with those of the store
    /// itself: a node that slept over the move must not wake up with the number of another.
    /// </summary>
    internal static TransferKind Numbers { get; } = TransferKind.Of("numbers", "name:bytes value:int");

    /// <summary>Plain UTF-8.</summary>
    internal static TransferKind Secrets { get; } = TransferKind.Of("secrets", "name:bytes value:bytes");

    /// <summary>What timer functions did; times are ticks.</summary>
    internal static TransferKind TimerFunctions { get; } = TransferKind.Of(
        "timer functions", "name:bytes schedule:bytes last:int next:int updated:int");
}
