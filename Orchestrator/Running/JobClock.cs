using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>
/// The job's time. Executors end what they run at the deadline by themselves; a durable timer somewhat later stops the
/// waiting for those that do not answer.
/// </summary>
internal sealed class JobClock : IDisposable
{
    /// <summary>What ending a command's tree, and the loss of a node, may take.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly TaskOrchestrationContext _context;
    private readonly CancellationTokenSource _over = new();
    private readonly Task? _backstop;

    public JobClock(TaskOrchestrationContext context, TimeSpan? timeout)
    {
        _context = context;
        if (timeout is { } time)
        {
            Deadline = context.CurrentUtcDateTime + time;
            _backstop = context.CreateTimer(Deadline.Value + Margin, _over.Token);
        }
    }

    /// <summary>When the job's time is over, in UTC, or null.</summary>
    public DateTime? Deadline { get; }

    /// <summary>Whether it will be over after a pause.</summary>
    public bool IsOverAfter(TimeSpan pause) => Deadline is { } deadline && _context.CurrentUtcDateTime + pause >= deadline;

    /// <summary>Waits for an attempt; false when the time for its answer is over.</summary>
    public async Task<bool> WaitForAsync(Task attempt) =>
        _backstop is null || await Task.WhenAny(attempt, _backstop) == attempt;

    /// <summary>Takes the timer back.</summary>
    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }
}
