namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>A workspace cannot be had. Within this folder only: to its callers that is data.</summary>
internal sealed class WorkspaceLostException(string message) : Exception(message);
