using System.Globalization;
using FuncExec.Ledger;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>Finds the task that a request is about.</summary>
public sealed class TaskFinder(JobFinder jobs, IJobLedger ledger)
{
    /// <summary>The task, or what is answered instead.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="step">The step's name.</param>
    /// <param name="index">The task's place in the step.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<(TaskRecord? Task, IResult? Refusal)> FindAsync(string jobId, string step, string index, CancellationToken cancellationToken)
    {
        (JobRecord? job, IResult? missing) = await jobs.FindAsync(jobId, cancellationToken);
        if (job is null)
        {
            return (null, missing);
        }

        StepRecord? found = job.Steps.FirstOrDefault(one => one.Name == step);
        if (found is null || !IsPlace(index, out int place) || place >= found.Counts.Total)
        {
            return (null, Problems.NotFound("The job has no such task: a task is named by its step and its place in the step, from 0."));
        }

        return await ledger.GetTaskAsync(new TaskKey(jobId, found.Index, place), cancellationToken) is { } task
            ? (task, null)
            : (null, await jobs.WhyMissingAsync(jobId, cancellationToken));
    }

    /// <summary>A task has one name: zeros in front make another.</summary>
    private static bool IsPlace(string index, out int place) =>
        int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out place) && (index.Length == 1 || index[0] != '0');
}
