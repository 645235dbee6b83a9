#if EMBEDDED_RUNTIME
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>Tells the engine what this node is there for, and which labels it has.</summary>
internal sealed class EngineRole(NodeLabels labels, ExecutorCircuits circuits, NodeDrain drain, NodePlace place, IOptions<AppOptions> app) : IConfigureOptions<EngineOptions>
{
    public void Configure(EngineOptions options)
    {
        LabelSet given = options.Labels;
        options.Labels = given.With(LabelSet.Parse(Labels.Join(labels.All)));
        circuits.Changed += () => options.Labels = given.With(LabelSet.Parse(Labels.Join(labels.All)));
        options.Draining = drain.Begun;
        options.EarlierSession = place.Session;
        options.SessionOpened = place.Remember;
        options.Placement = app.Value.Placement is TaskPlacement.RoundRobin ? ActivityPlacement.RoundRobin : ActivityPlacement.LeastLoaded;
        options.RunsOrchestrations &= app.Value.Role is not NodeRole.Worker;
        if (app.Value.Role is NodeRole.Api)
        {
            options.ExcludedActivities.Add(FunctionNames.RunTask);
        }
    }
}
#endif
