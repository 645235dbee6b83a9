namespace FuncExec.Runtime.Generators;

/// <summary>The types of the app's surface that generated code is about, by their metadata names.</summary>
internal static class SurfaceNames
{
    public const string DurableTask = "Microsoft.DurableTask.DurableTaskAttribute";
    public const string DurableEvent = "Microsoft.DurableTask.DurableEventAttribute";
    public const string Function = "Microsoft.Azure.Functions.Worker.FunctionAttribute";
    public const string ActivityTrigger = "Microsoft.Azure.Functions.Worker.ActivityTriggerAttribute";
    public const string Orchestrator = "Microsoft.DurableTask.TaskOrchestrator`2";
    public const string Activity = "Microsoft.DurableTask.TaskActivity`2";
    public const string Entity = "Microsoft.DurableTask.Entities.TaskEntity`1";
}
