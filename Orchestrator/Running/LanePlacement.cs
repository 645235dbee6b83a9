using System.Globalization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>The options of the calls of a lane's tasks: placed ones carry tags, which hubs that place activities go by.</summary>
internal sealed class LanePlacement
{
    private readonly List<(int End, TaskOptions Options)> _runs = [];

    public LanePlacement(IReadOnlyList<Placement>? placements)
    {
        int end = 0;
        foreach (Placement run in placements ?? [])
        {
            end += run.Count;
            _runs.Add((end, ToOptions(run)));
        }
    }

    /// <summary>Those of the lane's n-th task.</summary>
    public TaskOptions Of(int n)
    {
        if (_runs.Count == 0)
        {
            return InfrastructureRetry.Options;
        }

        int at = _runs.FindIndex(run => n < run.End);
        return at < 0 ? InfrastructureRetry.Options : _runs[at].Options;
    }

    private static TaskOptions ToOptions(Placement run)
    {
        Dictionary<string, string> tags = [];
        if (run.RunsOn is { } labels)
        {
            tags[FunctionNames.RunsOnTag] = labels;
        }

        if (run.Priority is { } priority)
        {
            tags[FunctionNames.PriorityTag] = priority.ToString(CultureInfo.InvariantCulture);
        }

        if (run.StaysWithJob)
        {
            tags[FunctionNames.AffinityTag] = TaskSettings.ToJob;
        }

        return tags.Count == 0 ? InfrastructureRetry.Options : new TaskOptions(InfrastructureRetry.Options.Retry, tags);
    }
}
