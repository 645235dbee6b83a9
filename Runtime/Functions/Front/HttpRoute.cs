using FuncExec.Runtime.Functions.Binding;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Where an HTTP function is.</summary>
/// <param name="Function">The function.</param>
/// <param name="Pattern">Its route, with the prefix.</param>
/// <param name="Methods">Its methods, upper case; none for all.</param>
/// <param name="Level">What callers must present.</param>
internal sealed record HttpRoute(
    BoundFunction Function, RoutePattern Pattern, IReadOnlyList<string> Methods, AuthorizationLevel Level)
{
    /// <summary>The route with parameters' names left out: routes of the same shape and a common method collide.</summary>
    public string Shape { get; } = string.Join('/', Pattern.PathSegments.Select(static segment => string.Concat(segment.Parts.Select(ShapeOf))));

    /// <summary>Whether both answer some request.</summary>
    public bool Collides(HttpRoute other) =>
        Shape.Equals(other.Shape, StringComparison.OrdinalIgnoreCase)
        && (Methods.Count == 0 || other.Methods.Count == 0 || Methods.Intersect(other.Methods).Any());

    /// <summary>Whether it answers HEAD by its GET: it has one, and nobody has a HEAD of their own there.</summary>
    public bool AnswersHead(IEnumerable<HttpRoute> all) =>
        Methods.Contains("GET")
        && !all.Any(other => Shape.Equals(other.Shape, StringComparison.OrdinalIgnoreCase) && (other.Methods.Count == 0 || other.Methods.Contains("HEAD")));

    private static string ShapeOf(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Join(':', parameter.ParameterPolicies.Select(static policy => policy.Content))}}}",
        _ => "",
    };
}
