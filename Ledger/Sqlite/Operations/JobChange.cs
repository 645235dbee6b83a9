using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>A change of one job within a transaction: numbers its events and sees that the change is told of.</summary>
internal sealed class JobChange(LedgerStore store, StoredJob stored)
{
    internal LedgerStore Store { get; } = store;

    internal LedgerTables Tables { get; } = store.Tables;

    internal StoredJob Stored { get; } = stored;

    internal long Key => Stored.Key;

    /// <summary>The job as it stands after what was changed so far, without its steps.</summary>
    internal JobRecord Job { get; set; } = stored.Job;

    /// <summary>One time for all of the change.</summary>
    internal DateTimeOffset Now { get; } = store.Now;

    internal void TellJob(string? error) => Tell(number => new JobEvent.JobChanged(Job.Status, error) { Number = number, At = Now });

    internal void TellStep(int step, int count, StepClosing closing) =>
        Tell(number => new JobEvent.StepClosed(step, count, closing) { Number = number, At = Now });

    internal void TellTask(TaskPlace place, JobTaskStatus status, int attempt, long token, TaskEventDetails details) =>
        Tell(number => new JobEvent.TaskChanged
        {
            Number = number,
            At = Now,
            Step = place.Step,
            Index = place.Index,
            Status = status,
            Attempt = attempt,
            Token = token,
            ExitCode = details.ExitCode,
            Error = details.Error,
            NextRetryAt = details.NextRetryAt,
        });

    /// <summary>Ends the change: the events' last number stands in the job, and its watchers will be told.</summary>
    internal void Save()
    {
        if (Job.LastEvent != Stored.Job.LastEvent)
        {
            Tables.Jobs.SetLastEvent(Key, Job.LastEvent);
        }

        Store.Changed(Job.Id);
    }

    private void Tell(Func<long, JobEvent> content)
    {
        Job = Job with { LastEvent = Job.LastEvent + 1 };
        Tables.Events.Insert(Key, content(Job.LastEvent));
    }
}

/// <summary>What an event of a task may say beside its status.</summary>
internal readonly record struct TaskEventDetails(int? ExitCode = null, string? Error = null, DateTimeOffset? NextRetryAt = null);
