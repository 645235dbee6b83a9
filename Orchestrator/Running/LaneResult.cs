using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Running;

/// <summary>What became of a lane. Stored in histories.</summary>
/// <param name="Succeeded">How many of its tasks succeeded.</param>
public sealed record LaneResult([property: JsonPropertyName("succeeded")] int Succeeded);
