using System.Net;
using System.Text.Json;
using FuncExec.Runtime.Functions.Durable;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Answers that tell a caller how to follow an orchestration.</summary>
/// <remarks>
/// The addresses carry a code each that permits their one operation on this one instance, save in answers to GET and
/// HEAD, which carry none: there the caller adds its own key.
/// </remarks>
public static class DurableTaskClientExtensions
{
    /// <summary>Answers 202 with the instance's addresses and a <c>Location</c> for its status.</summary>
    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponseAsync(request, instanceId, HttpStatusCode.Accepted, cancellation);

    /// <summary>Answers a status with the instance's addresses and a <c>Location</c> for its status.</summary>
    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        HttpResponseData response = Begin(client, request, instanceId, statusCode, out byte[] body);
        await response.Body.WriteAsync(body, cancellation).ConfigureAwait(false);
        return response;
    }

    /// <summary>Answers 202 with the instance's addresses and a <c>Location</c> for its status.</summary>
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponse(request, instanceId, HttpStatusCode.Accepted, cancellation);

    /// <summary>Answers a status with the instance's addresses and a <c>Location</c> for its status.</summary>
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        HttpResponseData response = Begin(client, request, instanceId, statusCode, out byte[] body);
        response.Body.Write(body);
        return response;
    }

    /// <summary>The instance's addresses, for an answer of the app's own making.</summary>
    /// <param name="client">The client that the function received.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="request">The request to take host and port from. Default: the one that the client was received with, else the service's own address.</param>
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        string? address = request?.Url.GetLeftPart(UriPartial.Authority);
        return client switch
        {
            FunctionsDurableTaskClient own => own.Links(instanceId, address),
            _ when address is not null => ManagementLinks.CreateBare(address, instanceId),
            _ => throw new InvalidOperationException("This client does not know the service's address. Give the request."),
        };
    }

    /// <summary>
    /// Waits for the end of an instance and answers how it ended; when the token is cancelled before, answers 202 as
    /// <see cref="CreateCheckStatusResponseAsync(DurableTaskClient, HttpRequestData, string, CancellationToken)"/> does.
    /// </summary>
    /// <param name="client">The client that the function received.</param>
    /// <param name="request">The request to answer.</param>
    /// <param name="instanceId">The instance. One that is not there is waited for.</param>
    /// <param name="retryInterval">How often an instance that is not there is looked for, default 1 s. An end is told at once.</param>
    /// <param name="returnInternalServerErrorOnFailure">Whether the end of one that failed is answered with 500 instead of 200.</param>
    /// <param name="getInputsAndOutputs">Whether the answer holds input, output and custom status.</param>
    /// <param name="cancellation">Ends the waiting. Without it there is no end to it.</param>
    public static async Task<HttpResponseData> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        TimeSpan? retryInterval = null,
        bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        try
        {
            OrchestrationMetadata end = await InstanceEnd.WaitAsync(
                client, instanceId, retryInterval ?? TimeSpan.FromSeconds(1), getInputsAndOutputs, cancellation).ConfigureAwait(false);
            bool isError = returnInternalServerErrorOnFailure && end.RuntimeStatus == OrchestrationRuntimeStatus.Failed;
            HttpResponseData response = request.CreateResponse(isError ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
            await response.WriteAsJsonAsync(InstanceEnd.Describe(end), cancellation).ConfigureAwait(false);
            return response;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await client.CreateCheckStatusResponseAsync(request, instanceId, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static HttpResponseData Begin(
        DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode, out byte[] body)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        HttpManagementPayload payload = client.CreateHttpManagementPayload(instanceId, request);
        HttpResponseData response = request.CreateResponse(statusCode);
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        body = JsonSerializer.SerializeToUtf8Bytes(payload, ManagementJson.Default.HttpManagementPayload);
        return response;
    }
}
