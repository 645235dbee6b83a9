using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Reads the routes of HTTP functions, or says what is wrong with them.</summary>
internal sealed class RouteReader(string prefix, NameResolver names, ParameterPolicyFactory constraints, List<string> faults)
{
    private static readonly string[] _reserved = ["runtime", "admin"];

    private readonly List<HttpRoute> _routes = [];

    /// <summary>Reads a function's route; null when it is wrong: then the faults say why.</summary>
    public HttpRoute? Read(BoundFunction function)
    {
        HttpTriggerAttribute trigger = (HttpTriggerAttribute)function.Source.Trigger;
        string template = trigger.Route ?? function.Name;
        if (!names.TryResolve(template, out string resolved, out string? missing))
        {
            return Fault(function, $"has the route '{template}', and there is no setting '{missing}'. Set it, or write the route out.");
        }

        string whole = prefix.Length == 0 ? resolved.TrimStart('/') : $"{prefix}/{resolved.TrimStart('/')}";
        RoutePattern pattern;
        try
        {
            pattern = RoutePatternFactory.Parse(whole);
            CheckConstraints(pattern);
        }
        catch (Exception exception) when (exception is RoutePatternException or InvalidOperationException or RouteCreationException or ArgumentException)
        {
            return Fault(function, $"has the route '{whole}', which cannot be read: {exception.Message}");
        }

        string[] methods = [.. (trigger.Methods ?? []).Select(static method => method.Trim().ToUpperInvariant()).Distinct()];
        if (methods.FirstOrDefault(static method => method.Length == 0 || !method.All(IsTokenCharacter)) is { } bad)
        {
            return Fault(function, $"has the method '{bad}', which is none. Write methods such as \"get\".");
        }

        if (BodyLimit.Find(function.Source.Method) is { MaxRequestBodySize: < 0 and long size })
        {
            return Fault(function, $"limits its body to {size} bytes. Write 0 or more in [RequestSizeLimit], or [DisableRequestSizeLimit].");
        }

        HttpRoute route = new(function, pattern, methods, trigger.AuthLevel);
        if (route.Shape.Split('/')[0] is { } first && _reserved.Contains(first, StringComparer.OrdinalIgnoreCase))
        {
            return Fault(function, $"has the route '{whole}', and '{first}/' belongs to the host. Choose another route.");
        }

        if (_routes.FirstOrDefault(route.Collides) is { } other)
        {
            return Fault(function, $"has the route '{whole}', which function '{other.Function.Name}' ({other.Function.Source.EntryPoint}) has too, with a method in common. Change one.");
        }

        _routes.Add(route);
        return route;
    }

    // Routing itself would find an unknown constraint at the first request.
    private void CheckConstraints(RoutePattern pattern)
    {
        foreach (RoutePatternParameterPart parameter in pattern.Parameters)
        {
            foreach (RoutePatternParameterPolicyReference policy in parameter.ParameterPolicies)
            {
                constraints.Create(parameter, policy);
            }
        }
    }

    private HttpRoute? Fault(BoundFunction function, string what)
    {
        faults.Add($"Function '{function.Name}' ({function.Source.EntryPoint}) {what}");
        return null;
    }

    private static bool IsTokenCharacter(char character) => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character);
}
