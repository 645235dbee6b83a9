using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>
/// How many jobs may be unfinished for one more to be taken. The less urgent a job is, the sooner it is turned away at the door, so
/// that there is room for the others; what was taken is never given up.
/// </summary>
internal static class JobAdmission
{
    /// <summary>The priority of jobs that say nothing; these and more urgent ones may fill every place.</summary>
    private const int Middle = 5;

    /// <summary>Each level below leaves this part of the places free: a quarter at priority 0.</summary>
    private const int PartOfPlaces = 20;

    /// <summary>The bound for a job, at least 1.</summary>
    public static int BoundFor(Job job, int most)
    {
        int urgency = job.Steps.SelectMany(step => step.Tasks.Select(task => job.SettingsOf(step, task).Priority ?? Middle)).Max();
        return urgency >= Middle ? most : Math.Max(1, most - (int)((long)most * (Middle - urgency) / PartOfPlaces));
    }
}
