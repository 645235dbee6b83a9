using System.Diagnostics;
using FuncExec.ExecutorPlugins;
using FuncExec.WorkerFunctions.Tasks;

namespace FuncExec.WorkerFunctions.Telemetry;

/// <summary>The spans of attempts. Their ids are what commands find in <c>TRACEPARENT</c>.</summary>
internal static class AttemptSpans
{
    /// <summary>
    /// Begins an attempt's span. In a trace that nobody takes here it is written nowhere, and goes to the command all the same;
    /// null when there is neither a trace nor anybody who takes spans.
    /// </summary>
    public static Activity? Begin(ClaimedAttempt attempt)
    {
        string name = "attempt:" + attempt.Settings.Executor;
        return AppTelemetry.Source.StartActivity(name)
            ?.SetTag("funcexec.job.id", attempt.Key.JobId)
            .SetTag("funcexec.task.id", attempt.Id)
            .SetTag("funcexec.task.attempt", attempt.Attempt.Attempt)
            .SetTag("funcexec.executor", attempt.Settings.Executor)
            ?? (Activity.Current is { IdFormat: ActivityIdFormat.W3C } ? new Activity(name).Start() : null);
    }

    /// <summary>Says how it ended. Messages are left out: they may hold what commands were given.</summary>
    public static void End(Activity? span, TaskOutcome outcome)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("funcexec.outcome", TaskMetrics.NameOf(outcome));
        if (outcome is TaskOutcome.Failed failed)
        {
            span.SetTag("funcexec.exit_code", failed.ExitCode);
        }

        span.SetStatus(outcome is TaskOutcome.Succeeded ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }
}
