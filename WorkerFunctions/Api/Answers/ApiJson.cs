using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FuncExec.WorkerFunctions.Api.Events;
using FuncExec.WorkerFunctions.Api.Service;
using FuncExec.WorkerFunctions.Api.Views;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>The JSON of the API's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(ListView<JobView>))]
[JsonSerializable(typeof(TaskView))]
[JsonSerializable(typeof(ListView<TaskView>))]
[JsonSerializable(typeof(ListView<ArtifactView>))]
[JsonSerializable(typeof(ExecutorsView))]
[JsonSerializable(typeof(NodeView))]
[JsonSerializable(typeof(ListView<NodeView>))]
[JsonSerializable(typeof(ReadinessView))]
[JsonSerializable(typeof(JobEventView))]
[JsonSerializable(typeof(TaskEventView))]
[JsonSerializable(typeof(ResetView))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>With characters as they are, where JSON allows: answers are never part of a web page.</summary>
    public static ApiJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
