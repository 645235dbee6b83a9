using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reading;

/// <summary>What became of reading a job document.</summary>
public abstract record JobReading
{
    private JobReading()
    {
    }

    /// <summary>It is right.</summary>
    /// <param name="Job">The job.</param>
    public sealed record Valid(Job Job) : JobReading;

    /// <summary>It is not.</summary>
    /// <param name="Mistakes">What is wrong, at least one and at most <see cref="JobLimits.Mistakes"/>.</param>
    public sealed record Invalid(IReadOnlyList<JobMistake> Mistakes) : JobReading;
}
