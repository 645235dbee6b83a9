using System.Reflection;
using FuncExec.ExecutorPlugins.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.ExecutorPlugins.Plugins;

/// <summary>Makes the executors of the assemblies that the settings name.</summary>
internal sealed class PluginLoader(SettingReader settings, IServiceProvider services)
{
    /// <summary>The setting: a list of absolute paths.</summary>
    public const string Key = "FuncExec:Executors:Plugins";

    private readonly List<(string Key, RegisteredExecutor Executor)> _loaded = [];

    /// <summary>All that could be made, each with its setting; what could not is noted as a fault of its setting.</summary>
    public IReadOnlyList<(string Key, RegisteredExecutor Executor)> Load()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string key, string path) in settings.Entries(Key))
        {
            if (!Path.IsPathFullyQualified(path))
            {
                settings.Add(key, $"is '{path}'; allowed is the absolute path of an assembly");
            }
            else if (!File.Exists(path))
            {
                settings.Add(key, $"names '{path}', which is not there");
            }
            else if (!seen.Add(Path.GetFullPath(path)))
            {
                settings.Add(key, $"names '{path}' a second time");
            }
            else
            {
                Load(key, Path.GetFullPath(path));
            }
        }

        return _loaded;
    }

    private void Load(string key, string path)
    {
        try
        {
            Assembly assembly = new PluginLoadContext(path).LoadFromAssemblyPath(path);
            if (ForeignContract(assembly) is { } version)
            {
                settings.Add(key, $"names '{path}', which was built against version {version} of FuncExec.ExecutorPlugins; this service has {Contract.Version}. Build it against that");
                return;
            }

            Type[] types = [.. assembly.GetExportedTypes().Where(static type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IExecutor)))];
            if (types.Length == 0)
            {
                settings.Add(key, $"names '{path}', which has no executor in it: no public class implements {typeof(IExecutor).FullName}");
            }

            foreach (Type type in types)
            {
                Create(key, path, type);
            }
        }
        catch (BadImageFormatException)
        {
            settings.Add(key, $"names '{path}', which is no .NET assembly");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TypeLoadException or ReflectionTypeLoadException or MissingMemberException)
        {
            settings.Add(key, $"names '{path}', which could not be loaded: {exception.Message}");
        }
    }

    private void Create(string key, string path, Type type)
    {
        try
        {
            IExecutor executor = (IExecutor)ActivatorUtilities.CreateInstance(services, type);
            _loaded.Add((key, new RegisteredExecutor(executor, true, path)));
        }
        catch (Exception exception) // Someone else's constructor, or one that cannot be called: the start says which and why.
        {
            Exception reason = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
            settings.Add(key, $"names '{path}', whose {type.FullName} could not be made: {reason.Message}");
        }
    }

    private static AssemblyName Contract => typeof(IExecutor).Assembly.GetName();

    /// <summary>The contract's version that it was built against, if that does not fit: before 1.0 each minor version may change it.</summary>
    private static Version? ForeignContract(Assembly assembly)
    {
        Version own = Contract.Version ?? new Version();
        Version? other = assembly.GetReferencedAssemblies().FirstOrDefault(static name => name.Name == Contract.Name)?.Version;
        return other is null || (other.Major == own.Major && (other.Major > 0 ? other.Minor <= own.Minor : other.Minor == own.Minor)) ? null : other;
    }
}
