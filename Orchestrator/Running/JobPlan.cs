using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reading;

namespace FuncExec.Orchestrator.Running;

/// <summary>What is to be done for a job, and in which order: a pure function of the job.</summary>
internal sealed class JobPlan
{
    /// <summary>What all outputs of a job's attempts may take in its history, in bytes of each stream.</summary>
    private const int OutputBudget = 8 * 1024 * 1024;

    private JobPlan(Job job, IReadOnlyList<JobStep> order)
    {
        Job = job;
        Order = order;
        Total = job.Steps.Sum(static step => step.Tasks.Count);
        OutputLimit = Math.Clamp(OutputBudget / Math.Max(1, Total), 64, 8 * 1024);
    }

    public Job Job { get; }

    /// <summary>The steps, each after those that it needs.</summary>
    public IReadOnlyList<JobStep> Order { get; }

    /// <summary>How many tasks there are.</summary>
    public int Total { get; }

    /// <summary>How many bytes of each stream of an attempt are kept: 8 KiB, of more than 1,024 tasks less.</summary>
    public int OutputLimit { get; }

    /// <summary>Makes the plan of a valid job.</summary>
    /// <exception cref="InvalidOperationException">It was not read by the reader, which would have refused it; the message says why.</exception>
    public static JobPlan Create(Job job)
    {
        // The management API starts orchestrations with any input: what the reader would have refused is named here.
        if (job.MaxParallelism is < 1 or > JobLimits.MaxParallelism)
        {
            throw new InvalidOperationException($"maxParallelism must be from 1 to {JobLimits.MaxParallelism}.");
        }

        if (job.Steps is null || job.Steps.Any(static step => step is not { Name.Length: > 0, Needs: not null, Tasks.Count: > 0 }
            || step.Tasks.Any(static task => task is null)))
        {
            throw new InvalidOperationException("steps must not be null, and each must have a name, needs and tasks.");
        }

        (IReadOnlyList<JobStep> order, _) = NeedsOrder.Sort(job.Steps);
        if (order.Count < job.Steps.Count)
        {
            throw new InvalidOperationException("The needs of a step can never be met.");
        }

        return new JobPlan(job, order);
    }
}
