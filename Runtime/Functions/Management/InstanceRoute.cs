using FuncExec.Runtime.Functions.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FuncExec.Runtime.Functions.Management;

/// <summary>
/// Reads path segments as they were sent: routing leaves <c>%2F</c> undecoded, so its values are ambiguous, and ids may
/// hold anything.
/// </summary>
internal static class InstanceRoute
{
    private static readonly int _baseSegments = ManagementLinks.BasePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>The id after <c>instances/</c>.</summary>
    public static string InstanceId(HttpContext http) => Segment(http, 1);

    /// <summary>The name after <c>raiseEvent/</c>.</summary>
    public static string EventName(HttpContext http) => Segment(http, 3);

    /// <summary>The name after <c>orchestrators/</c>.</summary>
    public static string Orchestrator(HttpContext http) => Segment(http, 1);

    /// <summary>The id after an orchestrator's name, or empty.</summary>
    public static string NewInstanceId(HttpContext http) => Segment(http, 2);

    /// <summary>The name after <c>entities/</c>, or empty.</summary>
    public static string EntityName(HttpContext http) => Segment(http, 1);

    /// <summary>The key after an entity's name, or empty; <c>$</c> stands for the key that is empty.</summary>
    public static string EntityKey(HttpContext http) => Segment(http, 2);

    private static string Segment(HttpContext http, int index)
    {
        string target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/'))
        {
            target = Uri.TryCreate(target, UriKind.Absolute, out Uri? absolute) ? absolute.AbsolutePath : http.Request.Path.ToUriComponent();
        }

        string[] segments = target.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return _baseSegments + index < segments.Length ? Uri.UnescapeDataString(segments[_baseSegments + index]) : "";
    }
}
