namespace FuncExec.Runtime.Engine;

/// <summary>
/// Decides which turns are replayed from scratch: one in so many, and a long history only once enough turns have been
/// committed since to pay for it. Replaying a history every so many of its turns would cost the square of its length.
/// </summary>
internal sealed class ShadowBudget(int every)
{
    /// <summary>
    /// The turns that may be replayed for each one committed. Above 1, so that a single instance which grows for ever
    /// is still replayed now and then; replaying a turn costs a small part of committing one.
    /// </summary>
    private const int ReplaysPerTurn = 2;

    private long _replayed;

    /// <summary>Whether an instance is to be replayed now; if so it is charged.</summary>
    /// <param name="turns">The turns committed by this node so far.</param>
    /// <param name="length">The instance's turns.</param>
    public bool TryTake(long turns, long length)
    {
        if (every == 0 || turns % every != 0)
        {
            return false;
        }

        // Every turn, where that is asked for: tests want certainty and have short histories.
        if (every > 1 && Volatile.Read(ref _replayed) + length > ReplaysPerTurn * turns)
        {
            return false;
        }

        Interlocked.Add(ref _replayed, length);
        return true;
    }
}
