using System.Collections.Concurrent;
using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>Finds exception types by the names that failures carry.</summary>
internal static class ExceptionTypes
{
    // Only names that were found: an assembly may yet be loaded, and names from outside must not fill the memory.
    private static readonly ConcurrentDictionary<(string Name, Type Target), bool> _answers = new();

    /// <summary>Whether the type of this name is <paramref name="target"/> or derived from it; false when there is none.</summary>
    public static bool IsA(string name, Type target)
    {
        if (string.IsNullOrEmpty(name))
        {
            return false;
        }

        if (name == target.ToString())
        {
            return true;
        }

        if (_answers.TryGetValue((name, target), out bool known))
        {
            return known;
        }

        bool? answer = Ask(name, target);
        if (answer is { } found)
        {
            _answers.TryAdd((name, target), found);
        }

        return answer ?? false;
    }

    private static bool? Ask(string name, Type target)
    {
        if ((Find(typeof(object).Assembly, name) ?? Find(target.Assembly, name)) is { } nearest)
        {
            return target.IsAssignableFrom(nearest);
        }

        List<bool> answers = AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => Find(assembly, name))
            .OfType<Type>()
            .Select(target.IsAssignableFrom)
            .Distinct()
            .ToList();
        return answers switch
        {
            [] => null,
            [bool only] => only,
            _ => throw new AmbiguousMatchException(
                $"Several loaded types are named '{name}', and not all of them are a {target}."),
        };
    }

    // Names have no assemblies in them; one that has must not make this process load it.
    private static Type? Find(Assembly assembly, string name)
    {
        try
        {
            return Type.GetType(
                name,
                assemblyResolver: static _ => null,
                typeResolver: (_, part, _) => assembly.GetType(part) ?? typeof(object).Assembly.GetType(part),
                throwOnError: false);
        }
        catch (Exception exception) when (exception is ArgumentException or TypeLoadException or IOException or BadImageFormatException)
        {
            return null; // The name comes from a store or another language: it need not be one of .NET.
        }
    }
}
