namespace FuncExec.Runtime.Hubs;

/// <summary>
/// What timer functions did, and which node fires them. A hub that several nodes share implements it, so that each
/// occurrence is fired by one of them; for any other hub this process is the only one.
/// </summary>
public interface ITimerJournal
{
    /// <summary>Whether several nodes may take occurrences. Default true.</summary>
    bool IsShared => true;

    /// <summary>What was written of a timer last, or null when nothing was, or nothing that can be read.</summary>
    Task<TimerRecord?> ReadAsync(string timer, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the right to fire an occurrence. False when another node has it: the caller then waits for the next. The right
    /// is a claim, not a record: when its holder dies before it has written, the occurrence counts as missed.
    /// </summary>
    Task<bool> TryTakeAsync(string timer, DateTimeOffset occurrence, CancellationToken cancellationToken);

    /// <summary>Keeps what a timer did, in place of what was kept before; whole or not at all.</summary>
    Task WriteAsync(string timer, TimerRecord record, CancellationToken cancellationToken);
}
