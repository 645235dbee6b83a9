using System.Text;
using System.Text.Json;
using DurableTask.Core.Exceptions;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Management;

// Starting orchestrations.
internal sealed partial class ManagementApi
{
    private async Task StartAsync(HttpContext http)
    {
        (TimeSpan? timeout, TimeSpan? interval) = ReadPatience(http);
        object? input = await ReadJsonAsync(http, http.RequestAborted).ConfigureAwait(false);
        string id = await ScheduleAsync(http, input).ConfigureAwait(false);
        await AnswerStartedAsync(http, id, timeout, interval).ConfigureAwait(false);
    }

    private async Task RestartAsync(HttpContext http)
    {
        (TimeSpan? timeout, TimeSpan? interval) = ReadPatience(http);
        bool withNewId = new QueryReader(http.Request).Flag("restartWithNewInstanceId", absent: true);
        string id = InstanceRoute.InstanceId(http);
        string newId;
        try
        {
            newId = await engine.Client.RestartAsync(id, withNewId, http.RequestAborted).ConfigureAwait(false);
        }
        catch (ArgumentException exception) when (exception.ParamName == "instanceId")
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, $"There is no instance '{id}'.", "instanceId", "is not known.", exception); // Not 404, as official.
        }
        catch (InvalidOperationException exception)
        {
            throw new RequestRefusedException(StatusCodes.Status409Conflict, exception.Message, "instanceId", "cannot be restarted.", exception);
        }

        await AnswerStartedAsync(http, newId, timeout, interval).ConfigureAwait(false);
    }

    /// <summary>How long to wait for the end, and how often to look.</summary>
    private static (TimeSpan? Timeout, TimeSpan? Interval) ReadPatience(HttpContext http)
    {
        QueryReader query = new(http.Request);
        TimeSpan? timeout = query.Seconds("timeout");
        TimeSpan? interval = query.Seconds("pollingInterval");
        return timeout < interval ? throw QueryReader.Refuse("pollingInterval", "is longer than the timeout.") : (timeout, interval);
    }

    private async Task AnswerStartedAsync(HttpContext http, string id, TimeSpan? timeout, TimeSpan? interval)
    {
        if (timeout is { } most && interval is not null
            && await WaitAsync(id, most, http.RequestAborted).ConfigureAwait(false) is { } finished)
        {
            await SendAsync(http, StatusCodes.Status200OK, writer =>
            {
                if (finished.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
                {
                    JsonText.WriteStored(writer, finished.SerializedOutput);
                }
                else
                {
                    StatusWriter.Write(writer, finished, showInput: true);
                }
            }).ConfigureAwait(false);
            return;
        }

        await SendStartedAsync(http, id).ConfigureAwait(false);
    }

    private async Task<string> ScheduleAsync(HttpContext http, object? input)
    {
        string name = InstanceRoute.Orchestrator(http);
        string newId = InstanceRoute.NewInstanceId(http);
        try
        {
            return await engine.Client.ScheduleNewOrchestrationInstanceAsync(
                name, input, newId.Length == 0 ? null : new StartOrchestrationOptions(newId), http.RequestAborted).ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException exception)
        {
            throw new RequestRefusedException(
                StatusCodes.Status409Conflict, $"The id '{newId}' is in use by an instance that has not finished.", "instanceId", "is in use.", exception);
        }
        catch (ArgumentException exception) when (exception.ParamName == "orchestratorName")
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, $"There is no orchestrator '{name}'.", "functionName", "is no orchestrator of this app.", exception);
        }
        catch (ArgumentException exception) when (exception.ParamName == "instanceId")
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest,
                "The instance id cannot be used.",
                "instanceId",
                "has at most 100 characters, does not begin with '@' and holds none of / \\ # ? nor control characters.",
                exception);
        }
        catch (ArgumentException exception)
        {
            throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, exception.Message, cause: exception);
        }
    }

    private async Task<OrchestrationMetadata?> WaitAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        both.CancelAfter(timeout);
        try
        {
            return await engine.Client.WaitForInstanceCompletionAsync(id, true, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task SendStartedAsync(HttpContext http, string id)
    {
        string address = Address(http);
        HttpManagementPayload payload = links.Create(address, id);
        http.Response.Headers.Location = payload.StatusQueryGetUri;
        http.Response.Headers.RetryAfter = "10";
        return SendAsync(http, StatusCodes.Status202Accepted, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("statusQueryGetUri", payload.StatusQueryGetUri);
            writer.WriteString("sendEventPostUri", payload.SendEventPostUri);
            writer.WriteString("terminatePostUri", payload.TerminatePostUri);
            writer.WriteString("purgeHistoryDeleteUri", payload.PurgeHistoryDeleteUri);
            writer.WriteString("restartPostUri", payload.RestartPostUri);
            writer.WriteString("suspendPostUri", payload.SuspendPostUri);
            writer.WriteString("resumePostUri", payload.ResumePostUri);
            writer.WriteEndObject();
        });
    }

    /// <summary>Reads the body as JSON, whole and checked; null when it is empty.</summary>
    private async Task<object?> ReadJsonAsync(HttpContext http, CancellationToken cancellationToken)
    {
        byte[] bytes = Binding.RequestBody.Utf8(
            await Binding.RequestBody.ReadBytesAsync(http.Request, cancellationToken).ConfigureAwait(false),
            Binding.RequestBody.CharsetOf(http.Request));
        if (bytes.Length == 0)
        {
            return null;
        }

        try
        {
            CheckTexts(bytes);
            return converter.Deserialize(Encoding.UTF8.GetString(bytes), typeof(object));
        }
        catch (JsonException exception)
        {
            throw new MalformedBodyException(exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, "The body is not the JSON that is needed here.", "$", "holds a text that is not valid Unicode.", exception);
        }
    }

    // Readers take texts that are no Unicode (broken UTF-8, half surrogate pairs); what stores them later does not.
    private static void CheckTexts(byte[] json)
    {
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                reader.GetString();
            }
        }
    }
}
