using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Postgres.Activities;

/// <summary>What waits under one name for one set of labels.</summary>
/// <param name="Id">Its number in the schema.</param>
/// <param name="Name">The activities' name.</param>
/// <param name="RunsOn">The labels that a node must have.</param>
internal sealed record ActivityQueue(int Id, string Name, LabelSet RunsOn);
