using System.Text.Json;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Functions.Management;

// Entities read, listed and signaled.
internal sealed partial class ManagementApi
{
    /// <summary>In a path, the key that is empty: an empty segment is none.</summary>
    private const string EmptyKey = "$";

    private Task GetEntitiesAsync(HttpContext http) =>
        InstanceRoute.EntityKey(http).Length == 0 ? ListEntitiesAsync(http) : GetEntityAsync(http);

    private async Task GetEntityAsync(HttpContext http)
    {
        EntityMetadata? entity = await engine.Client.Entities
            .GetEntityAsync(ReadEntityId(http), includeState: true, http.RequestAborted).ConfigureAwait(false);
        if (entity is not { IncludesState: true })
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound; // Without a body, as official.
            return;
        }

        await SendAsync(http, StatusCodes.Status200OK, writer => JsonText.WriteStored(writer, entity.State.Value)).ConfigureAwait(false);
    }

    private async Task ListEntitiesAsync(HttpContext http)
    {
        QueryReader query = new(http.Request);
        string name = InstanceRoute.EntityName(http);
        string continuation = http.Request.Headers[ContinuationHeader].ToString();
        bool fetchState = query.Flag("fetchState", absent: false);
        EntityQuery filter = new()
        {
            InstanceIdStartsWith = name.Length == 0 ? null : $"@{name}@",
            LastModifiedFrom = query.Time("lastOperationTimeFrom"),
            LastModifiedTo = query.Time("lastOperationTimeTo"),
            IncludeState = fetchState,
            PageSize = query.Count("pageSize", least: 1) ?? query.Count("top", least: 1),
            ContinuationToken = continuation.Length == 0 ? null : continuation,
        };
        Page<EntityMetadata>? page = await engine.Client.Entities.GetAllEntitiesAsync(filter)
            .AsPages(filter.ContinuationToken, filter.PageSize)
            .FirstOrDefaultAsync(http.RequestAborted).ConfigureAwait(false);
        if (page?.ContinuationToken is { } next)
        {
            http.Response.Headers[ContinuationHeader] = next;
        }

        await SendAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (EntityMetadata entity in page?.Values ?? [])
            {
                WriteEntity(writer, entity);
            }

            writer.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static void WriteEntity(Utf8JsonWriter writer, EntityMetadata entity)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("entityId");
        writer.WriteString("name", entity.Id.Name);
        writer.WriteString("key", entity.Id.Key);
        writer.WriteEndObject();
        writer.WriteString("lastOperationTime", entity.LastModifiedTime.UtcDateTime);
        JsonText.WriteStored(writer, "state", entity.IncludesState ? entity.State.Value : null);
        writer.WriteEndObject();
    }

    private async Task SignalEntityAsync(HttpContext http)
    {
        EntityInstanceId id = ReadEntityId(http);
        string? operation = HttpMethods.IsDelete(http.Request.Method) ? "delete" : new QueryReader(http.Request).Text("op");
        if (operation is null)
        {
            throw QueryReader.Refuse("op", "is missing. Give the operation's name.");
        }

        if (!engine.HasEntity(id.Name))
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, $"There is no entity function '{id.Name}'.", "entityName", "is no entity of this app.");
        }

        object? input = await ReadInputAsync(http).ConfigureAwait(false);
        try
        {
            await engine.Client.Entities.SignalEntityAsync(id, operation, input, null, http.RequestAborted).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, exception.Message, cause: exception);
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>JSON as it is; anything else as a text.</summary>
    private async Task<object?> ReadInputAsync(HttpContext http)
    {
        if (Binding.RequestBody.IsJson(http.Request))
        {
            return await ReadJsonAsync(http, http.RequestAborted).ConfigureAwait(false);
        }

        byte[] bytes = Binding.RequestBody.Utf8(
            await Binding.RequestBody.ReadBytesAsync(http.Request, http.RequestAborted).ConfigureAwait(false), Binding.RequestBody.CharsetOf(http.Request));
        return bytes.Length == 0 ? null : System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static EntityInstanceId ReadEntityId(HttpContext http)
    {
        string name = InstanceRoute.EntityName(http);
        string key = InstanceRoute.EntityKey(http);
        return name.Contains('@', StringComparison.Ordinal)
            ? throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"An entity's name has no '@' in it, but this one is '{name}'.", "entityName", "has an '@' in it.")
            : new EntityInstanceId(name, key == EmptyKey ? "" : key);
    }
}
