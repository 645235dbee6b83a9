using System.Reflection;
using System.Text.Json;
using FuncExec.Orchestrator;
using FuncExec.Tests.Shared;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Tests;

/// <summary>The same sources, compiled for the official host with the official packages.</summary>
public sealed class AzureBuildTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("funcexec-azure-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task The_official_SDK_finds_every_function_with_its_trigger()
    {
        await DotNet.RunAsync(
            Repository.Root, "build", "WorkerFunctions", "-c", "Release", "-v", "quiet", "-nodeReuse:false", "-p:FunctionsRuntime=Azure",
            "-p:CompileAhead=false", "--artifacts-path", _scratch);

        string app = Path.Combine(_scratch, "bin", "WorkerFunctions", "release");
        Assert.Equal(OfOurs().Order(), Of(app).Order());
        Assert.True(File.Exists(Path.Combine(app, "host.json")));
        Assert.True(File.Exists(Path.Combine(app, "CliWrap.dll")));
        Assert.Empty(Directory.GetFiles(app, "FuncExec.Runtime.Functions.dll"));
        Assert.Contains("DurableTask", await File.ReadAllTextAsync(Path.Combine(app, "extensions.json")), StringComparison.Ordinal);
    }

    /// <summary>What the official SDK has written for the host: each function and its trigger, with the route or the schedule.</summary>
    private static IEnumerable<string> Of(string app)
    {
        JsonElement functions = JsonElement.Parse(File.ReadAllText(Path.Combine(app, "functions.metadata")));
        foreach (JsonElement function in functions.EnumerateArray())
        {
            JsonElement trigger = function.GetProperty("bindings").EnumerateArray()
                .Single(static binding => binding.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));
            string type = trigger.GetProperty("type").GetString()!.ToLowerInvariant();
            yield return $"{function.GetProperty("name")} {type} {Detail(trigger)}";
        }
    }

    private static string Detail(JsonElement trigger) =>
        trigger.TryGetProperty("methods", out JsonElement methods)
            ? $"{string.Join(',', methods.EnumerateArray())} {trigger.GetProperty("route")}"
            : trigger.TryGetProperty("schedule", out JsonElement schedule) ? $"{schedule}" : "";

    private static IEnumerable<string> OfOurs()
    {
        foreach (Assembly assembly in (Assembly[])[typeof(FuncExecApp).Assembly, typeof(FunctionNames).Assembly])
        {
            foreach (MethodInfo method in assembly.GetTypes().SelectMany(static type => type.GetMethods()))
            {
                if (method.GetCustomAttribute<FunctionAttribute>() is { } function)
                {
                    Attribute trigger = method.GetParameters().SelectMany(static parameter => parameter.GetCustomAttributes())
                        .Single(static attribute => attribute.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal));
                    string type = trigger.GetType().Name[..^"Attribute".Length].ToLowerInvariant();
                    yield return $"{function.Name} {type} {Detail(trigger)}";
                }
            }
        }
    }

    private static string Detail(Attribute trigger) => trigger switch
    {
        HttpTriggerAttribute http => $"{string.Join(',', http.Methods!)} {http.Route}",
        TimerTriggerAttribute timer => timer.Schedule,
        _ => "",
    };
}
