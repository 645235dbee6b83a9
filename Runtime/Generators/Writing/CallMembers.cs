using FuncExec.Runtime.Generators.Reading;
using static FuncExec.Runtime.Generators.Writing.Text;

namespace FuncExec.Runtime.Generators.Writing;

/// <summary>The methods by which the app starts and calls its tasks, named as the official generator names them.</summary>
internal static class CallMembers
{
    public static string Start(TaskModel task) => $$"""
        /// <summary>Starts the orchestrator <see cref="{{task.Type}}"/>.</summary>
        /// <returns>The instance id.</returns>
        {{Access(task.IsPublic)}} static {{TaskType}}<string> ScheduleNew{{task.Name}}InstanceAsync(
            this {{Durable}}.Internal.IOrchestrationSubmitter client, {{Input(task.Input)}}, {{Durable}}.StartOrchestrationOptions? options = null)
        {
            return client.ScheduleNewOrchestrationInstanceAsync({{Literal(task.Name)}}, input, options);
        }
        """;

    public static string OfOrchestrator(TaskModel task) => $$"""
        /// <summary>Calls the orchestrator <see cref="{{task.Type}}"/> as a child.</summary>
        /// <returns>Its result.</returns>
        {{Access(task.IsPublic)}} static {{TaskType}}<{{task.Output}}> Call{{task.Name}}Async(
            this {{Durable}}.TaskOrchestrationContext context, {{Input(task.Input)}}, {{Durable}}.TaskOptions? options = null)
        {
            return context.CallSubOrchestratorAsync<{{task.Output}}>({{Literal(task.Name)}}, input, options);
        }
        """;

    public static string OfActivity(TaskModel task) => $$"""
        /// <summary>Calls the activity <see cref="{{task.Type}}"/>.</summary>
        /// <returns>Its result.</returns>
        {{Access(task.IsPublic)}} static {{TaskType}}<{{task.Output}}> Call{{task.Name}}Async(
            this {{Durable}}.TaskOrchestrationContext ctx, {{Input(task.Input)}}, {{Durable}}.TaskOptions? options = null)
        {
            return ctx.CallActivityAsync<{{task.Output}}>({{Literal(task.Name)}}, input, options);
        }
        """;

    public static string OfFunction(string name, ActivityCallModel call)
    {
        string result = call.Output is null ? "" : $"<{call.Output}>";
        return $$"""
            /// <summary>Calls the activity <c>{{name}}</c>.</summary>
            {{Access(call.IsPublic)}} static {{TaskType}}{{result}} Call{{name}}Async(
                this {{Durable}}.TaskOrchestrationContext ctx, {{call.Input}} {{call.Parameter}}, {{Durable}}.TaskOptions? options = null)
            {
                return ctx.CallActivityAsync{{result}}({{Literal(call.Activity)}}, {{call.Parameter}}, options);
            }
            """;
    }
}
