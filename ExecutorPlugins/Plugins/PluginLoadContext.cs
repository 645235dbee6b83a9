using System.Reflection;
using System.Runtime.Loader;

namespace FuncExec.ExecutorPlugins.Plugins;

/// <summary>
/// Loads an executor's assembly with the dependencies that lie beside it. What the contract's types are made of is shared
/// with the service: the same type loaded twice would be two types.
/// </summary>
internal sealed class PluginLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private static readonly HashSet<string> Shared =
        [.. typeof(IExecutor).Assembly.GetReferencedAssemblies().Append(typeof(IExecutor).Assembly.GetName()).Select(static name => name.Name ?? "")];

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        Shared.Contains(assemblyName.Name ?? "") || _resolver.ResolveAssemblyToPath(assemblyName) is not { } file ? null : LoadFromAssemblyPath(file);

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
