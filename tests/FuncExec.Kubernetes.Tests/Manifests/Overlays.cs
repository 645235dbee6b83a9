using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace FuncExec.Kubernetes.Tests.Manifests;

/// <summary>What <c>kubectl kustomize</c> makes of <c>k8s-keda/</c>; each overlay once.</summary>
internal static class Overlays
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly ConcurrentDictionary<string, Lazy<ManifestSet>> s_rendered = new(StringComparer.Ordinal);

    // Overlays that the documentation describes and that are not directories: the base with one component.
    private static readonly Dictionary<string, string> s_composed = new(StringComparer.Ordinal)
    {
        ["jobs"] = "namespace: funcexec\nresources: [../../base]\ncomponents: [../../components/keda-jobs]\n",
        ["plain"] = "namespace: funcexec\nresources: [../../base]\n",
    };

    /// <summary>The names of all.</summary>
    internal static IReadOnlyList<string> Names =>
    [
        .. Directory.GetDirectories(Path.Combine(Source, "overlays")).Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
        .. s_composed.Keys,
    ];

    private static string Source => Path.Combine(Repository.Root, "k8s-keda");

    /// <summary>All that an overlay renders. Nobody changes it: see <see cref="ManifestSet.Copy"/>.</summary>
    internal static ManifestSet Get(string name) => s_rendered.GetOrAdd(name, static key => new Lazy<ManifestSet>(() => Render(key))).Value;

    private static ManifestSet Render(string name)
    {
        string copy = Directory.CreateTempSubdirectory("funcexec-kustomize-").FullName;
        try
        {
            foreach (string file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories).Where(static file => !file.Contains("/secrets/", StringComparison.Ordinal)))
            {
                string target = Path.Combine(copy, Path.GetRelativePath(Source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            foreach ((string composed, string text) in s_composed)
            {
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(copy, "overlays", composed)).FullName, "kustomization.yaml"), text);
            }

            HashSet<string> secrets = WriteSecrets(Path.Combine(copy, "overlays", "local", "secrets"));
            return new ManifestSet([.. YamlJson.Read(Run(Path.Combine(copy, "overlays", name)))], secrets);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    // As k8s-keda/local makes them.
    private static HashSet<string> WriteSecrets(string directory)
    {
        Directory.CreateDirectory(directory);
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string secret, string[] keys) in (ReadOnlySpan<(string, string[])>)
            [("postgresql", ["postgres", "funcexec", "keda"]), ("funcexec-postgresql", ["connectionString"]), ("funcexec-keda", ["connection"]), ("funcexec-key", ["key"])])
        {
            var lines = new StringBuilder();
            foreach (string key in keys)
            {
                string value = RandomNumberGenerator.GetHexString(43);
                lines.Append(key).Append('=').Append(value).Append('\n');
                given.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)));
            }

            File.WriteAllText(Path.Combine(directory, secret + ".env"), lines.ToString());
        }

        return given;
    }

    private static string Run(string directory)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", directory]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(s_limit), "kubectl kustomize does not end.");
        Assert.True(process.ExitCode == 0, $"kubectl kustomize (1.21 or later) ended with {process.ExitCode}: {error.Result}");
        return output.Result;
    }
}
