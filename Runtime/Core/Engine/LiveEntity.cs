using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine;

/// <summary>A live entity.</summary>
internal sealed class LiveEntity : LiveInstance
{
    /// <summary>What is stored of it.</summary>
    public required EntitySnapshot Snapshot { get; set; }

    /// <summary>Messages that wait until it is unlocked, in order. They stay in the inbox.</summary>
    public IReadOnlyList<Incoming> Waiting { get; set; } = [];
}
