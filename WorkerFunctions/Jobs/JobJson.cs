using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>The JSON of the jobs API.</summary>
[JsonSerializable(typeof(JobAccepted))]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(JobReport))]
[JsonSerializable(typeof(JobName))]
internal sealed partial class JobJson : JsonSerializerContext;
