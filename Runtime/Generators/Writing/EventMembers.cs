using FuncExec.Runtime.Generators.Reading;
using static FuncExec.Runtime.Generators.Writing.Text;

namespace FuncExec.Runtime.Generators.Writing;

/// <summary>The methods by which orchestrators wait for the app's events and send them.</summary>
internal static class EventMembers
{
    public static string Wait(EventModel item) => $$"""
        /// <summary>Waits for the event <see cref="{{item.Type}}"/>.</summary>
        /// <returns>The event.</returns>
        {{Access(item.IsPublic)}} static {{TaskType}}<{{item.Type}}> WaitFor{{item.Name}}Async(
            this {{Durable}}.TaskOrchestrationContext context, global::System.Threading.CancellationToken cancellationToken = default)
        {
            return context.WaitForExternalEvent<{{item.Type}}>({{Literal(item.Name)}}, cancellationToken);
        }
        """;

    public static string Send(EventModel item) => $$"""
        /// <summary>Sends the event <see cref="{{item.Type}}"/> to another instance.</summary>
        {{Access(item.IsPublic)}} static void Send{{item.Name}}(
            this {{Durable}}.TaskOrchestrationContext context, string instanceId, {{item.Type}} eventData)
        {
            context.SendEvent(instanceId, {{Literal(item.Name)}}, eventData);
        }
        """;
}
