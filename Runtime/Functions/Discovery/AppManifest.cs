using System.Reflection;
using FuncExec.Runtime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyModel;

namespace FuncExec.Runtime.Functions.Discovery;

/// <summary>
/// The app's own assemblies and its hubs, as its dependency manifest (<c>deps.json</c>) names them: only what depends
/// on this runtime is loaded.
/// </summary>
internal sealed class AppManifest
{
    private readonly Assembly _entry;
    private readonly Dictionary<string, RuntimeLibrary> _libraries;

    public AppManifest(Assembly entry)
    {
        _entry = entry;
        DependencyContext? context = entry == Assembly.GetEntryAssembly() ? DependencyContext.Default : DependencyContext.Load(entry);
        _libraries = (context?.RuntimeLibraries ?? []).ToDictionary(static library => library.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The assemblies that may hold functions.</summary>
    public IReadOnlyList<Assembly> FunctionAssemblies()
    {
        string surface = typeof(FunctionAttribute).Assembly.GetName().Name!;
        List<Assembly> assemblies = [_entry];
        foreach (Assembly assembly in LoadDependents(surface))
        {
            if (assembly != _entry && assembly.GetReferencedAssemblies().Any(reference => reference.Name == surface))
            {
                assemblies.Add(assembly);
            }
        }

        return assemblies;
    }

    /// <summary>The hubs that the app references.</summary>
    public IReadOnlyList<IHubProvider> Hubs()
    {
        string core = typeof(IHubProvider).Assembly.GetName().Name!;
        return [.. LoadDependents(core)
            .SelectMany(static assembly => assembly.GetCustomAttributes<HubProviderAttribute>())
            .Select(static attribute => (IHubProvider)Activator.CreateInstance(attribute.Provider)!)];
    }

    private IEnumerable<Assembly> LoadDependents(string name)
    {
        Dictionary<string, bool> known = new(StringComparer.OrdinalIgnoreCase) { [name] = true };
        foreach (RuntimeLibrary library in _libraries.Values)
        {
            if (!library.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && DependsOn(library, known))
            {
                foreach (AssemblyName assembly in library.GetDefaultAssemblyNames(DependencyContext.Default!))
                {
                    yield return Assembly.Load(assembly);
                }
            }
        }
    }

    private bool DependsOn(RuntimeLibrary library, Dictionary<string, bool> known)
    {
        if (known.TryGetValue(library.Name, out bool depends))
        {
            return depends;
        }

        known[library.Name] = false; // Cuts cycles.
        return known[library.Name] = library.Dependencies.Any(dependency =>
            known.TryGetValue(dependency.Name, out bool answer) && answer
            || (_libraries.TryGetValue(dependency.Name, out RuntimeLibrary? next) && DependsOn(next, known)));
    }
}
