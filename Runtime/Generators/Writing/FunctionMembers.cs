using FuncExec.Runtime.Generators.Reading;
using static FuncExec.Runtime.Generators.Writing.Text;

namespace FuncExec.Runtime.Generators.Writing;

/// <summary>The functions by which the runtime calls the classes: each call, and each run of an orchestrator, has an object of its own.</summary>
internal static class FunctionMembers
{
    /// <summary>What an activity's function tells the class of its call.</summary>
    public const string ActivityContext = $$"""
        private sealed class GeneratedActivityContext(string name, string instanceId) : {{Durable}}.TaskActivityContext
        {
            public override {{Durable}}.TaskName Name => name;

            public override string InstanceId => instanceId;
        }
        """;

    // Most orchestrators take nothing; those are made without a scope of services.
    public static string OfOrchestrator(TaskModel task) => $$"""
        [{{Worker}}.Function({{Literal(task.Name)}})]
        {{Access(task.IsPublic)}} static {{TaskType}}<{{task.Output}}> {{TaskNames.Identifier(task.Name)}}([{{Worker}}.OrchestrationTrigger] {{Durable}}.TaskOrchestrationContext context{{(task.TakesServices ? $", {Worker}.FunctionContext executionContext" : "")}})
        {
            {{Durable}}.TaskOrchestrator<{{task.Input}}, {{task.Output}}> orchestrator = {{(task.TakesServices ? $"{Services}.GetServiceOrCreateInstance<{task.Type}>(executionContext.InstanceServices)" : $"new {task.Type}()")}};
            return orchestrator.RunAsync(context, context.GetInput<{{task.Input}}>()!);
        }
        """;

    public static string OfActivity(TaskModel task) => $$"""
        [{{Worker}}.Function({{Literal(task.Name)}})]
        {{Access(task.IsPublic)}} static {{TaskType}}<{{task.Output}}> {{TaskNames.Identifier(task.Name)}}([{{Worker}}.ActivityTrigger] {{task.Input}} input, string instanceId, {{Worker}}.FunctionContext executionContext)
        {
            {{Durable}}.TaskActivity<{{task.Input}}, {{task.Output}}> activity = {{Services}}.GetServiceOrCreateInstance<{{task.Type}}>(executionContext.InstanceServices);
            return activity.RunAsync(new GeneratedActivityContext({{Literal(task.Name)}}, instanceId), input);
        }
        """;

    public static string OfEntity(TaskModel task) => $$"""
        [{{Worker}}.Function({{Literal(task.Name)}})]
        public static {{TaskType}} {{TaskNames.Identifier(task.Name)}}([{{Worker}}.EntityTrigger] {{Worker}}.TaskEntityDispatcher dispatcher)
        {
            return dispatcher.DispatchAsync<{{task.Type}}>();
        }
        """;
}
