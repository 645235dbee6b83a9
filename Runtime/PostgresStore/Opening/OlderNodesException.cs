namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>The schema cannot be brought forward yet: nodes live whose programs could not work with what it would be. Nothing was changed.</summary>
internal sealed class OlderNodesException(string message) : Exception(message);
