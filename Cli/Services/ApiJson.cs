using System.Text.Json.Serialization;

namespace FuncExec.Cli.Services;

/// <summary>How the service's answers are read; members that are not needed are passed over.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JobInfo))]
[JsonSerializable(typeof(ListPage<JobInfo>))]
[JsonSerializable(typeof(ListPage<TaskInfo>))]
[JsonSerializable(typeof(ProblemInfo))]
internal sealed partial class ApiJson : JsonSerializerContext;
