using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>The official defaults of how JSON is read and written.</summary>
internal sealed class WorkerOptionsSetup(IOptions<JsonSerializerOptions> json) : IPostConfigureOptions<WorkerOptions>
{
    public void PostConfigure(string? name, WorkerOptions options) => options.Serializer ??= new WorkerSerializer(json.Value);

    /// <summary>Property names match in any casing.</summary>
    internal static void ConfigureJson(JsonSerializerOptions options) => options.PropertyNameCaseInsensitive = true;
}
