using System.Text;
using System.Text.Json;
using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Durable;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Management;

/// <summary>The durable HTTP management API: instances read, listed, steered and purged.</summary>
internal sealed partial class ManagementApi(DurableEngine engine, ManagementLinks links, DataConverter converter, string hubName)
{
    private const string ContinuationHeader = "x-ms-continuation-token";

    /// <summary>The endpoints.</summary>
    public IEnumerable<Endpoint> Endpoints()
    {
        string root = ManagementLinks.BasePath.TrimStart('/');
        string instance = root + "/instances/{instanceId}";
        yield return Host(root + "/orchestrators/{functionName}/{instanceId?}", "POST", null, StartAsync);
        yield return Host(root + "/instances", "GET", null, ListAsync);
        yield return Host(root + "/instances", "DELETE", null, PurgeManyAsync);
        yield return Host(instance, "GET", ManagementOperation.Status, GetAsync);
        yield return Host(instance, "DELETE", ManagementOperation.Purge, PurgeAsync);
        yield return Host(instance + "/raiseEvent/{eventName}", "POST", ManagementOperation.RaiseEvent, RaiseEventAsync);
        yield return Host(instance + "/terminate", "POST", ManagementOperation.Terminate, TerminateAsync);
        yield return Host(instance + "/suspend", "POST", ManagementOperation.Suspend, SuspendAsync);
        yield return Host(instance + "/resume", "POST", ManagementOperation.Resume, ResumeAsync);
        yield return Host(instance + "/rewind", "POST", ManagementOperation.Rewind, RewindAsync);
        yield return Host(instance + "/restart", "POST", ManagementOperation.Restart, RestartAsync);
        yield return Host(root + "/makeprimary", "POST", null, static http => NotOffered(http, "Making this app primary"));
        yield return Host(root + "/entities/{entityName?}/{entityKey?}", "GET", null, GetEntitiesAsync);
        yield return Host(root + "/entities/{entityName}/{entityKey}", "POST", null, SignalEntityAsync);
        yield return Host(root + "/entities/{entityName}/{entityKey}", "DELETE", null, SignalEntityAsync);
    }

    private Endpoint Host(string pattern, string method, ManagementOperation? operation, RequestDelegate handler) => FunctionEndpoints.ForHost(
        pattern,
        method,
        new AccessRule(AuthorizationLevel.System, NeedsEngine: true) { Operation = operation, Instance = InstanceRoute.InstanceId },
        http => GuardAsync(http, handler));

    private async Task GuardAsync(HttpContext http, RequestDelegate handler)
    {
        string hub = http.Request.Query["taskHub"].ToString();
        if (hub.Length > 0 && !hub.Equals(hubName, StringComparison.OrdinalIgnoreCase))
        {
            throw QueryReader.Refuse("taskHub", $"is '{hub}'; this app's is '{hubName}', and other hubs cannot be reached.");
        }

        try
        {
            await handler(http).ConfigureAwait(false);
        }
        catch (ArgumentException exception) when (exception.ParamName == "continuation")
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, $"The header '{ContinuationHeader}' is none that this API has answered.", ContinuationHeader, "is not known.", exception);
        }
    }

    private async Task GetAsync(HttpContext http)
    {
        QueryReader query = new(http.Request);
        bool showHistory = query.Flag("showHistory", absent: false);
        bool showHistoryOutput = query.Flag("showHistoryOutput", absent: false);
        bool showInput = query.Flag("showInput", absent: true);
        bool failWith500 = query.Flag("returnInternalServerErrorOnFailure", absent: false);
        string id = InstanceRoute.InstanceId(http);
        OrchestrationMetadata? instance = await engine.Client.GetInstancesAsync(id, true, http.RequestAborted).ConfigureAwait(false);
        if (instance is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound; // Without a body, as official.
            return;
        }

        IReadOnlyList<TurnRecord>? history = showHistory && instance.RuntimeStatus != OrchestrationRuntimeStatus.Pending
            ? await engine.ReadHistoryAsync(id, http.RequestAborted).ConfigureAwait(false)
            : null;
        int status = StatusCodes.Status200OK;
        if (!instance.IsCompleted)
        {
            status = StatusCodes.Status202Accepted;
            http.Response.Headers.Location = Address(http) + (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "");
            http.Response.Headers.RetryAfter = "5";
        }
        else if (failWith500 && instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed)
        {
            status = StatusCodes.Status500InternalServerError;
        }

        await SendAsync(http, status, writer => StatusWriter.Write(writer, instance, showInput, history, showHistoryOutput)).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext http)
    {
        QueryReader query = new(http.Request);
        bool showInput = query.Flag("showInput", absent: true);
        string continuation = http.Request.Headers[ContinuationHeader].ToString();
        OrchestrationQuery filter = new(
            query.Time("createdTimeFrom"),
            query.Time("createdTimeTo"),
            query.Statuses("runtimeStatus"),
            InstanceIdPrefix: query.Text("instanceIdPrefix"),
            PageSize: query.Count("top", least: 1) ?? OrchestrationQuery.DefaultPageSize,
            FetchInputsAndOutputs: true,
            ContinuationToken: continuation.Length == 0 ? null : continuation);
        Page<OrchestrationMetadata>? page = await engine.Client.GetAllInstancesAsync(filter)
            .AsPages(filter.ContinuationToken, filter.PageSize)
            .FirstOrDefaultAsync(http.RequestAborted).ConfigureAwait(false);
        if (page?.ContinuationToken is { } next)
        {
            http.Response.Headers[ContinuationHeader] = next;
        }

        await SendAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (OrchestrationMetadata instance in page?.Values ?? [])
            {
                StatusWriter.Write(writer, instance, showInput);
            }

            writer.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static string Address(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    private static Task NotOffered(HttpContext http, string what) => Problem.WriteAsync(
        http, StatusCodes.Status501NotImplemented, $"{what}: not offered by this runtime yet.");

    private static Task SendAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        ReadOnlyMemory<byte> body = JsonText.Write(write);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
