using System.Text.Json.Serialization;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>What a node tells of itself in the ledger. Nodes of other versions read it: unknown members are ignored, missing ones have their defaults.</summary>
internal sealed record NodeReport
{
    public string Version { get; init; } = "";

    public string Role { get; init; } = "";

    public IReadOnlyList<string> Labels { get; init; } = [];

    public int Slots { get; init; }

    public int Running { get; init; }

    public bool IsDraining { get; init; }

    public IReadOnlyList<ExecutorReport> Executors { get; init; } = [];
}

/// <summary>How an executor of a node is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Healthy">Whether it can run tasks.</param>
/// <param name="Detail">What it runs with, or why it cannot.</param>
internal sealed record ExecutorReport(string Name, bool Healthy, string Detail);

/// <summary>The JSON of reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeReport))]
internal sealed partial class NodeJson : JsonSerializerContext;
