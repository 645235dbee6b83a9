namespace FuncExec.Orchestrator.Planning;

/// <summary>How the tasks of a step are dealt to lanes: a pure function, so that anybody can name a job's children.</summary>
public static class Lanes
{
    /// <summary>The widest window of one lane: what a turn has to look through stays small.</summary>
    public const int Widest = 256;

    /// <summary>The lanes of a step.</summary>
    public static IReadOnlyList<LanePlan> Of(string jobId, PlannedJob job, int step)
    {
        PlannedStep planned = job.Steps[step];
        int parallelism = Math.Min(job.MaxParallelism, planned.Tasks);
        int lanes = (parallelism + Widest - 1) / Widest;
        return
        [
            .. Enumerable.Range(0, lanes).Select(lane => new LanePlan
            {
                JobId = jobId,
                Step = step,
                Lane = lane,
                Lanes = lanes,
                Window = (parallelism / lanes) + (lane < parallelism % lanes ? 1 : 0),
                Tasks = planned.Tasks,
                Backstop = planned.Backstop,
                Placements = Placements.OfLane(planned.Placements, lane, lanes),
            }),
        ];
    }

    /// <summary>The instance id of a lane.</summary>
    public static string IdOf(string jobId, string step, int lane) => $"{jobId}:{step}:{lane}";

    /// <summary>The instance ids of all lanes that a job can have.</summary>
    public static IEnumerable<string> IdsOf(string jobId, PlannedJob job)
    {
        for (int step = 0; step < job.Steps.Count; step++)
        {
            foreach (LanePlan lane in Of(jobId, job, step))
            {
                yield return IdOf(jobId, job.Steps[step].Name, lane.Lane);
            }
        }
    }
}
