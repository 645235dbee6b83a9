using FuncExec.Runtime.Crash.Tests.Running;

namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>Durability as the kernel sees it: nothing is begun or told before the sync of the commit that caused it.</summary>
public sealed class CommitOrderTests
{
    /// <summary>The log's own header, which is no commit.</summary>
    private const int LogHeader = 32;

    [Fact]
    public async Task No_answer_activity_or_child_precedes_the_sync_of_its_commit()
    {
        using var data = new DataDirectory();
        IReadOnlyList<TraceEvent> events = await TracedRun.RunAsync(data, "in-turn", 200, 10, 0, "t");
        Step[] steps = [.. WorkItem.Sequential("t", 10).SelectMany(StepsOf)];
        foreach (Step step in steps)
        {
            int effect = Find(events, step.Effect);
            int cause = Find(events, step.Cause);
            Assert.True(cause < effect, $"'{step.Effect}' precedes '{step.Cause}'.");
            (int commits, bool unsynced) = Commits(events, cause, effect);
            Assert.True(commits >= step.Commits, $"{commits} of {step.Commits} commits were synced from '{step.Cause}' to '{step.Effect}'.");

            // The answer may come while the first turn is being written already; all else follows one commit at a time.
            Assert.True(!unsynced || step.Effect.StartsWith("ack", StringComparison.Ordinal), $"'{step.Effect}' precedes the sync of what was written before it.");
        }

        Assert.Equal(events.OfType<TraceEvent.Marked>().Count(static marked => !marked.Line.StartsWith("ask", StringComparison.Ordinal)), steps.Length);
    }

    /// <summary>What follows from what, with how many commits between.</summary>
    private static IEnumerable<Step> StepsOf(WorkItem item)
    {
        yield return new Step($"ask {item.Id}", $"ack {item.Id}", 1);
        if (item.Shape == Shape.Chain)
        {
            // The start and the first turn; then the turn that takes the completion and calls the next.
            yield return new Step($"ask {item.Id}", $"activity {item.Id} 0 ", 2);
            yield return new Step($"activity {item.Id} 0 ", $"activity {item.Id} 1 ", 1);
            yield return new Step($"activity {item.Id} 1 ", $"activity {item.Id} 2 ", 1);
            yield break;
        }

        string first = $"{item.Id}-child0";
        string second = $"{item.Id}-child1";
        yield return new Step($"ask {item.Id}", $"child {first}", 2);
        yield return new Step($"child {first}", $"activity {first} 0 ", 1);
        yield return new Step($"activity {first} 0 ", $"activity {first} 1 ", 1);

        // The child's end, and the parent's turn that calls for the next child.
        yield return new Step($"activity {first} 1 ", $"child {second}", 2);
        yield return new Step($"child {second}", $"activity {second} 0 ", 1);
        yield return new Step($"activity {second} 0 ", $"activity {second} 1 ", 1);
    }

    private static int Find(IReadOnlyList<TraceEvent> events, string marker) => Assert.Single(
        Enumerable.Range(0, events.Count),
        i => events[i] is TraceEvent.Marked marked && (marked.Line + " ").StartsWith(marker.TrimEnd() + " ", StringComparison.Ordinal));

    /// <summary>Counts syncs of the log between two events that follow a write to it there, and tells whether a write is left over.</summary>
    private static (int Commits, bool Unsynced) Commits(IReadOnlyList<TraceEvent> events, int from, int to)
    {
        int commits = 0;
        bool written = false;
        for (int i = from; i < to; i++)
        {
            if (events[i] is TraceEvent.Wrote { Offset: >= LogHeader } write && IsLog(write.Path))
            {
                written = true;
            }
            else if (written && events[i] is TraceEvent.Synced sync && IsLog(sync.Path))
            {
                commits++;
                written = false;
            }
        }

        return (commits, written);
    }

    private static bool IsLog(string path) => path.EndsWith("-wal", StringComparison.Ordinal);

    private sealed record Step(string Cause, string Effect, int Commits);
}
