namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>An archive unpacks to more than it may. Within this folder only: to its callers that is data.</summary>
internal sealed class ArchiveBurstException(string message) : Exception(message);
