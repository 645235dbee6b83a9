using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace HttpStarters;

/// <summary>The ASP.NET Core model: <see cref="HttpRequest"/> in; <see cref="IActionResult"/>, <see cref="IResult"/> or several outputs out.</summary>
public class AspNetCoreModel
{
    /// <summary>Starts and answers where to look.</summary>
    [Function("AspNetStart")]
    public async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "aspnet/greetings")] HttpRequest request,
        [FromBody] Guest guest,
        [DurableClient] DurableTaskClient client)
    {
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Greeting.Greet), guest.Name, request.HttpContext.RequestAborted);
        HttpManagementPayload links = client.CreateHttpManagementPayload(instanceId);
        return new AcceptedResult($"/api/aspnet/greetings/{instanceId}", links);
    }

    /// <summary>Answers how far one is.</summary>
    [Function("AspNetStatus")]
    public async Task<IResult> Status(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "aspnet/greetings/{instanceId:length(32)}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string instanceId)
    {
        OrchestrationMetadata? found = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true);
        return found switch
        {
            null => Results.NotFound(),
            { IsCompleted: true } => Results.Ok(found.ReadOutputAs<string>()),
            _ => Results.Accepted(request.Path),
        };
    }

    /// <summary>Starts and answers through a class of outputs, of which one is the response.</summary>
    [Function("AspNetOutputs")]
    public async Task<Outputs> StartWithOutputs(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "aspnet/outputs/{name:alpha:maxlength(20)}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string name) =>
        new() { Response = new OkObjectResult(await client.ScheduleNewOrchestrationInstanceAsync(nameof(Greeting.Greet), name)) };

    public record Guest(string Name);

    public class Outputs
    {
        [HttpResult]
        public required IActionResult Response { get; init; }
    }
}
