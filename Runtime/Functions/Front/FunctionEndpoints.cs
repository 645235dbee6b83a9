using FuncExec.Runtime.Functions.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Makes endpoints.</summary>
internal static class FunctionEndpoints
{
    // The host's own endpoints come before every function's.
    private const int HostOrder = -1;

    /// <summary>Makes the endpoints of functions. Each has a place of its own in the order, most specific first: no request is ambiguous.</summary>
    public static IEnumerable<Endpoint> For(IReadOnlyList<HttpRoute> routes, Func<BoundFunction, RequestDelegate> handler)
    {
        int order = 0;
        foreach (HttpRoute route in routes.OrderBy(static route => route.Pattern.InboundPrecedence))
        {
            bool head = route.AnswersHead(routes);
            RequestDelegate handle = handler(route.Function);
            RouteEndpointBuilder builder = new(head ? HeadRequests.Serve(handle) : handle, route.Pattern, order++) { DisplayName = route.Function.Name };
            builder.Metadata.Add(new HttpMethodMetadata(head ? [.. route.Methods, "HEAD"] : route.Methods));
            if (BodyLimit.Find(route.Function.Source.Method) is { } limit)
            {
                builder.Metadata.Add(limit);
            }

            builder.Metadata.Add(new AccessRule(route.Level, route.Function.UsesClient));
            yield return builder.Build();
        }
    }

    /// <summary>Makes an endpoint of the host itself.</summary>
    public static Endpoint ForHost(string pattern, string method, AccessRule rule, RequestDelegate handler)
    {
        RouteEndpointBuilder builder = new(handler, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse(pattern), HostOrder)
        {
            DisplayName = $"{method} {pattern}",
        };
        builder.Metadata.Add(new HttpMethodMetadata([method]));
        builder.Metadata.Add(rule);
        return builder.Build();
    }
}
