namespace FuncExec.Orchestrator.Planning;

/// <summary>The placements of tasks in order, those in a row that are alike as one. Null stands for tasks that say nothing.</summary>
public static class Placements
{
    /// <summary>One after the other, as short as can be; null when none says anything.</summary>
    public static IReadOnlyList<Placement>? Of(IEnumerable<(string? RunsOn, int? Priority, bool StaysWithJob)> tasks)
    {
        List<Placement> runs = [];
        foreach ((string? runsOn, int? priority, bool staysWithJob) in tasks)
        {
            if (runs.Count > 0 && runs[^1].RunsOn == runsOn && runs[^1].Priority == priority && runs[^1].StaysWithJob == staysWithJob)
            {
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            }
            else
            {
                runs.Add(new Placement { Count = 1, RunsOn = runsOn, Priority = priority, StaysWithJob = staysWithJob });
            }
        }

        return runs.Exists(static run => run.RunsOn is not null || run.Priority is not null || run.StaysWithJob) ? runs : null;
    }

    /// <summary>Those of a lane's tasks, in the lane's order.</summary>
    public static IReadOnlyList<Placement>? OfLane(IReadOnlyList<Placement>? step, int lane, int lanes)
    {
        if (step is null)
        {
            return null;
        }

        return Of(Each().Where((_, index) => index % lanes == lane));

        IEnumerable<(string? RunsOn, int? Priority, bool StaysWithJob)> Each() =>
            step.SelectMany(static run => Enumerable.Repeat((run.RunsOn, run.Priority, run.StaysWithJob), run.Count));
    }
}
