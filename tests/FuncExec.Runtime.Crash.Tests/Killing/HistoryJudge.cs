using FuncExec.Runtime.History;
using Microsoft.DurableTask.Converters;

namespace FuncExec.Runtime.Crash.Tests.Killing;

/// <summary>Judges the history of a finished instance, all of whose calls were awaited.</summary>
internal static class HistoryJudge
{
    public static void Check(string instance, IReadOnlyList<TurnRecord> turns, Oracle oracle)
    {
        HistoryEvent[] events = [.. turns.SelectMany(turn => turn.Received.Concat<HistoryEvent>(turn.Decided))];
        Assert.Single(events.OfType<ExecutionStarted>());
        Assert.Equal(1, events.Count(static happened => happened is ExecutionCompleted or ContinuedAsNew));
        EachOnce(
            events.OfType<TaskScheduled>().Select(static call => call.Id),
            events.OfType<TaskCompleted>().Select(static end => end.Id).Concat(events.OfType<TaskFailed>().Select(static end => end.Id)),
            $"activities of {instance}");
        EachOnce(
            events.OfType<ChildScheduled>().Select(static call => call.Id),
            events.OfType<ChildCompleted>().Select(static end => end.Id),
            $"children of {instance}");
        EachOnce(
            events.OfType<TimerCreated>().Select(static call => call.Id),
            events.OfType<TimerFired>().Select(static end => end.Id).Concat(events.OfType<TimerCancelled>().Select(static end => end.Id)),
            $"timers of {instance}");
        foreach (TaskCompleted end in events.OfType<TaskCompleted>())
        {
            string token = JsonDataConverter.Default.Deserialize<Sum>(end.Result)!.Token;
            Assert.True(oracle.Ran(instance, end.Id, token), $"{instance} {end.Id} is recorded with a result of no run.");
        }

        foreach (TaskFailed end in events.OfType<TaskFailed>())
        {
            Assert.True(oracle.Ran(instance, end.Id, end.Failure.Message), $"{instance} {end.Id} is recorded with a failure of no run.");
        }
    }

    private static void EachOnce(IEnumerable<int> begun, IEnumerable<int> ended, string what) =>
        Assert.True(begun.Order().SequenceEqual(ended.Order()), $"The {what} did not end once each.");
}
