using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>
/// How far a reader of a job's events is: the number of the last event it was sent, and of each attempt that had begun and
/// not ended by then, how much of its output. All output of an attempt is sent before the event that ends it, so what has
/// ended needs no place here.
/// </summary>
internal sealed class EventCursor
{
    /// <summary>The number of the last event that was sent; 0 for none.</summary>
    public long Number { get; set; }

    /// <summary>The attempts that run as far as the reader knows, in order: equal cursors are written alike.</summary>
    public SortedDictionary<TaskPlace, OpenAttempt> Open { get; } = [];

    /// <summary>
    /// Whether <see cref="Open"/> has all of them. A cursor that was sent away when very many ran has only those with output;
    /// the others are found in the events up to <see cref="Number"/>.
    /// </summary>
    public bool IsWhole { get; set; } = true;

    /// <summary>Whether the event ends or replaces an attempt that is open: its output has to be sent first.</summary>
    public OpenAttempt? EndedBy(JobEvent.TaskChanged changed) =>
        Open.TryGetValue(PlaceOf(changed), out OpenAttempt? open)
        && (changed.Status is not JobTaskStatus.Running || changed.Token != open.Token)
            ? open
            : null;

    /// <summary>Notes that an event was sent.</summary>
    public void Pass(JobEvent passed)
    {
        Number = passed.Number;
        if (passed is JobEvent.TaskChanged changed)
        {
            Apply(changed);
        }
    }

    /// <summary>Finds, in an event at or before <see cref="Number"/>, what the cursor left out.</summary>
    public void Recall(JobEvent earlier)
    {
        if (earlier is JobEvent.TaskChanged changed)
        {
            Apply(changed);
        }
    }

    private void Apply(JobEvent.TaskChanged changed)
    {
        TaskPlace place = PlaceOf(changed);
        if (changed.Status is not JobTaskStatus.Running)
        {
            Open.Remove(place);
        }
        else if (!Open.TryGetValue(place, out OpenAttempt? open) || open.Token != changed.Token)
        {
            Open[place] = new OpenAttempt(changed.Attempt, changed.Token);
        }
    }

    private static TaskPlace PlaceOf(JobEvent.TaskChanged changed) => new(changed.Step, changed.Index);
}
