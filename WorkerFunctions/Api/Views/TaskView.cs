using System.Text.Json.Serialization;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>
/// A task as it is shown. Exit code, failure, error, output and details are those of the attempt that ended last.
/// </summary>
internal sealed record TaskView : AttemptView
{
    /// <param name="task">The task.</param>
    /// <param name="job">Its job's document, or null when that is gone.</param>
    public TaskView(TaskRecord task, Job? job)
        : base(task)
    {
        Id = task.Id;
        Step = task.StepName;
        Index = task.Key.Index;
        MaxAttempts = MaxAttemptsOf(task.Key, job);
        NextRetryAt = task.NextRetryAt?.UtcDateTime;
        QueuedAt = task.QueuedAt?.UtcDateTime;
    }

    public string Id { get; }

    public string Step { get; }

    public int Index { get; }

    public int MaxAttempts { get; }

    public DateTime? NextRetryAt { get; }

    public DateTime? QueuedAt { get; }

    /// <summary>Why it waits, where no present node can run it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitingFor { get; init; }

    /// <summary>Its attempts, first to last; only where one task is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyOrder(1)]
    public IReadOnlyList<AttemptView>? Attempts { get; init; }

    private static int MaxAttemptsOf(TaskKey key, Job? job)
    {
        if (job is null)
        {
            return 1;
        }

        JobStep step = job.Steps[key.Step];
        return job.SettingsOf(step, step.Tasks[key.Index]).Retry?.MaxAttempts ?? 1;
    }
}
