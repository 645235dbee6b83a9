using System.Reflection;
using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Settings;
using FuncExec.Runtime.Functions.Timers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>The app's functions, found and bound.</summary>
/// <param name="Functions">All of them.</param>
/// <param name="Routes">Where the HTTP ones are.</param>
/// <param name="Timers">When the clock calls the others.</param>
/// <param name="Disabled">The names of those that settings leave out.</param>
internal sealed record FunctionCatalog(
    IReadOnlyList<BoundFunction> Functions, IReadOnlyList<HttpRoute> Routes, IReadOnlyList<TimerFunction> Timers, IReadOnlyList<string> Disabled)
{
    /// <summary>Whether the app cannot do without the engine.</summary>
    public bool NeedsEngine => Functions.Any(static function => function.Source.Kind is FunctionKind.Orchestrator or FunctionKind.Activity or FunctionKind.Entity || function.UsesClient);

    /// <summary>Finds and binds the functions.</summary>
    /// <exception cref="FunctionsStartException">Some cannot be bound: all faults, each with function, parameter and remedy.</exception>
    public static FunctionCatalog Create(
        RuntimeSource source, AppManifest manifest, HostSettings settings, BinderSettings binding, IConfiguration configuration)
    {
        List<string> faults = [];
        List<string> disabled = [];
        FunctionFinder finder = new(faults);
        FunctionBinder binder = new(binding, faults);
        RouteReader routes = new(
            settings.RoutePrefix, binding.Names, binding.Services.GetRequiredService<ParameterPolicyFactory>(), faults);
        TimerReader schedules = new(binding.Names, binding.Services.GetRequiredService<TimeProvider>(), faults);
        List<BoundFunction> functions = [];
        List<HttpRoute> found = [];
        List<TimerFunction> timers = [];
        (IReadOnlyList<MethodInfo> methods, IReadOnlyList<Type> types) = Scan(source, manifest);
        DurableClasses classes = new(types, methods, faults);
        foreach (MethodInfo method in methods)
        {
            string? name = method.GetCustomAttribute<FunctionAttribute>()?.Name;
            if (name is not null && IsDisabled(name, settings, configuration))
            {
                disabled.Add(name);
            }
            else if (finder.Read(method) is { } function && binder.Bind(function) is { } bound && classes.CanBeMade(function, binding, faults))
            {
                functions.Add(bound);
                if (function.Kind == FunctionKind.Http && routes.Read(bound) is { } route)
                {
                    found.Add(route);
                }
                else if (function.Kind == FunctionKind.Timer && schedules.Read(bound) is { } timer)
                {
                    timers.Add(timer);
                }
            }
        }

        return faults.Count == 0 ? new FunctionCatalog(functions, found, timers, disabled) : throw new FunctionsStartException(faults);
    }

    private static (IReadOnlyList<MethodInfo> Methods, IReadOnlyList<Type> DurableClasses) Scan(RuntimeSource source, AppManifest manifest)
    {
        if (source.Types is { } types)
        {
            return ([.. types
                .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                .Where(static method => method.IsDefined(typeof(FunctionAttribute)))],
                [.. types.Where(static type => type.IsDefined(typeof(DurableTaskAttribute)))]);
        }

        List<MethodInfo> methods = [];
        List<Type> classes = [];
        foreach (Assembly assembly in manifest.FunctionAssemblies())
        {
            (IReadOnlyList<MethodInfo> found, IReadOnlyList<Type> durable) = FunctionScanner.Scan(assembly);
            methods.AddRange(found);
            classes.AddRange(durable);
        }

        return (methods, classes);
    }

    private static bool IsDisabled(string name, HostSettings settings, IConfiguration configuration) =>
        settings.Functions?.Contains(name) is false
        || IsTrue(configuration[$"AzureWebJobs.{name}.Disabled"])
        || IsTrue(configuration[$"AzureWebJobs_{name}_Disabled"]);

    private static bool IsTrue(string? text) => text is "1" || (bool.TryParse(text, out bool value) && value);
}
