using System.Text.Json;
using FuncExec.Runtime.Functions.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>One call of an HTTP function.</summary>
internal sealed class HttpInvocation(
    BoundFunction function, HttpContext http, bool bufferBody, CancellationToken cancellationToken)
    : Call(function, http.RequestServices)
{
    private AspNetRequestData? _request;

    /// <summary>The request and its answer.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>The request as the worker's model has it.</summary>
    public HttpRequestData Request => _request ??= new AspNetRequestData(Http.Request, this, bufferBody);

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A route or query value by name, or null.</summary>
    public string? Find(string name)
    {
        if (Http.Request.RouteValues.TryGetValue(name, out object? value) && value is not null)
        {
            return value as string ?? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
        }

        return Http.Request.Query.TryGetValue(name, out StringValues query) && query.Count > 0 ? query.ToString() : null;
    }

    protected override IServiceProvider OpenServices() => Http.RequestServices;

    protected override IReadOnlyDictionary<string, object?> ReadBindingData()
    {
        Dictionary<string, object?> data = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, StringValues value) in Http.Request.Query)
        {
            if (!name.Equals("code", StringComparison.OrdinalIgnoreCase))
            {
                data[name] = value.ToString();
            }
        }

        foreach ((string name, object? value) in Http.Request.RouteValues)
        {
            data[name] = value;
        }

        data["Query"] = Json(Http.Request.Query.Where(static pair => !pair.Key.Equals("code", StringComparison.OrdinalIgnoreCase)));
        data["Headers"] = Json(Http.Request.Headers.Where(static pair => !pair.Key.Equals("x-functions-key", StringComparison.OrdinalIgnoreCase)));
        return data;
    }

    private static string Json(IEnumerable<KeyValuePair<string, StringValues>> values) =>
        JsonSerializer.Serialize(values.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString()));
}
