using System.Diagnostics.CodeAnalysis;

namespace FuncExec.ExecutorPlugins;

/// <summary>The executors of this node, by name.</summary>
public sealed class ExecutorRegistry
{
    private readonly Dictionary<string, IExecutor> _executors = new(StringComparer.Ordinal);

    /// <summary>Makes a registry of the given executors.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public ExecutorRegistry(IEnumerable<IExecutor> executors)
    {
        ArgumentNullException.ThrowIfNull(executors);
        foreach (IExecutor executor in executors)
        {
            if (!_executors.TryAdd(executor.Name, executor))
            {
                throw new ArgumentException($"Two executors are named '{executor.Name}'.", nameof(executors));
            }
        }
    }

    /// <summary>The names, in no particular order.</summary>
    public IReadOnlyCollection<string> Names => _executors.Keys;

    /// <summary>Finds an executor by its exact name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out IExecutor? executor) => _executors.TryGetValue(name, out executor);
}
