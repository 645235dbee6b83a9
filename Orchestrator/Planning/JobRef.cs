using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>Which job: the input of its orchestration. Everything else stands in the ledger.</summary>
/// <param name="JobId">Its id.</param>
public sealed record JobRef([property: JsonPropertyName("jobId")] string JobId);
