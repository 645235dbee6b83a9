using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Management;

// Events, suspension, termination and purging.
internal sealed partial class ManagementApi
{
    private async Task RaiseEventAsync(HttpContext http)
    {
        string name = InstanceRoute.EventName(http);
        await SteerAsync(http, async (client, id, cancellationToken) =>
        {
            if (!Binding.RequestBody.IsJson(http.Request))
            {
                throw new RequestRefusedException(
                    StatusCodes.Status400BadRequest, "Only application/json request content is supported.", "Content-Type", "is not application/json.");
            }

            object? payload = await ReadJsonAsync(http, cancellationToken).ConfigureAwait(false);
            await client.RaiseEventAsync(id, name, payload, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private Task TerminateAsync(HttpContext http) => SteerAsync(http, (client, id, cancellationToken) =>
        client.TerminateInstanceAsync(id, (object?)Reason(http), cancellationToken));

    private Task SuspendAsync(HttpContext http) => SteerAsync(http, (client, id, cancellationToken) =>
        client.SuspendInstanceAsync(id, Reason(http), cancellationToken));

    private Task ResumeAsync(HttpContext http) => SteerAsync(http, (client, id, cancellationToken) =>
        client.ResumeInstanceAsync(id, Reason(http), cancellationToken));

    /// <summary>Takes a failed instance back: 202; 404 where there is none, 412 where it has not failed, 409 where it cannot be.</summary>
    private async Task RewindAsync(HttpContext http)
    {
        string id = InstanceRoute.InstanceId(http);
        OrchestrationMetadata? instance = await engine.Client.GetInstancesAsync(id, false, http.RequestAborted).ConfigureAwait(false);
        if (instance is null)
        {
            await UnknownAsync(http, id).ConfigureAwait(false);
            return;
        }

        if (instance.RuntimeStatus != OrchestrationRuntimeStatus.Failed)
        {
            throw new RequestRefusedException(
                StatusCodes.Status412PreconditionFailed,
                $"The instance '{id}' is {instance.RuntimeStatus}; only what has failed is rewound.",
                "instanceId",
                "has not failed.");
        }

        try
        {
            await engine.Client.RewindInstanceAsync(id, Reason(http) ?? "", http.RequestAborted).ConfigureAwait(false);
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        catch (ArgumentException exception) when (exception.ParamName == "instanceId")
        {
            await UnknownAsync(http, id).ConfigureAwait(false); // Purged meanwhile.
        }
        catch (InvalidOperationException exception)
        {
            throw new RequestRefusedException(StatusCodes.Status409Conflict, exception.Message, "instanceId", "cannot be rewound.", exception);
        }
    }

    private static string? Reason(HttpContext http) => new QueryReader(http.Request).Text("reason");

    /// <summary>Does something to an instance that runs: 202; 404 where there is none, 410 where it has finished.</summary>
    private async Task SteerAsync(HttpContext http, Func<DurableTaskClient, string, CancellationToken, Task> steer)
    {
        string id = InstanceRoute.InstanceId(http);
        OrchestrationMetadata? instance = await engine.Client.GetInstancesAsync(id, false, http.RequestAborted).ConfigureAwait(false);
        if (instance is null)
        {
            await UnknownAsync(http, id).ConfigureAwait(false);
            return;
        }

        if (instance.IsCompleted)
        {
            await FinishedAsync(http, id, instance.RuntimeStatus).ConfigureAwait(false);
            return;
        }

        try
        {
            await steer(engine.Client, id, http.RequestAborted).ConfigureAwait(false);
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        catch (ArgumentException exception) when (exception.ParamName == "instanceId")
        {
            await UnknownAsync(http, id).ConfigureAwait(false); // Purged meanwhile.
        }
        catch (InvalidOperationException)
        {
            await FinishedAsync(http, id, null).ConfigureAwait(false); // Finished meanwhile.
        }
        catch (ArgumentException exception)
        {
            throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, exception.Message, cause: exception);
        }
    }

    private async Task PurgeAsync(HttpContext http)
    {
        string id = InstanceRoute.InstanceId(http);
        OrchestrationMetadata? instance = await engine.Client.GetInstancesAsync(id, false, http.RequestAborted).ConfigureAwait(false);
        if (instance is null)
        {
            await UnknownAsync(http, id).ConfigureAwait(false);
            return;
        }

        PurgeResult result = await engine.Client.PurgeInstanceAsync(id, (PurgeInstanceOptions?)null, http.RequestAborted).ConfigureAwait(false);
        if (result.PurgedInstanceCount == 0)
        {
            await Problem.WriteAsync(
                http, StatusCodes.Status412PreconditionFailed, $"The instance is {instance.RuntimeStatus}. Only finished ones are purged: terminate it first.", "instanceId", "has not finished.").ConfigureAwait(false);
            return;
        }

        await SendPurgedAsync(http, result.PurgedInstanceCount).ConfigureAwait(false);
    }

    private async Task PurgeManyAsync(HttpContext http)
    {
        QueryReader query = new(http.Request);
        DateTimeOffset from = query.Time("createdTimeFrom")
            ?? throw QueryReader.Refuse("createdTimeFrom", "is missing. Give the time from which on instances are purged.");
        PurgeInstancesFilter filter = new(from, query.Time("createdTimeTo"), query.Statuses("runtimeStatus"));
        PurgeResult result = await engine.Client.PurgeAllInstancesAsync(filter, (PurgeInstanceOptions?)null, http.RequestAborted).ConfigureAwait(false);
        if (result.PurgedInstanceCount == 0)
        {
            await Problem.WriteAsync(http, StatusCodes.Status404NotFound, "No finished instance fits the filter.").ConfigureAwait(false);
            return;
        }

        await SendPurgedAsync(http, result.PurgedInstanceCount).ConfigureAwait(false);
    }

    private static Task SendPurgedAsync(HttpContext http, int count) => SendAsync(http, StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("instancesDeleted", count);
        writer.WriteEndObject();
    });

    private static Task UnknownAsync(HttpContext http, string id) => Problem.WriteAsync(
        http, StatusCodes.Status404NotFound, $"There is no instance '{id}'.", "instanceId", "is not known.");

    private static Task FinishedAsync(HttpContext http, string id, OrchestrationRuntimeStatus? status) => Problem.WriteAsync(
        http, StatusCodes.Status410Gone, $"The instance '{id}' has finished{(status is null ? "" : $" ({status})")}.", "instanceId", "has finished.");
}
