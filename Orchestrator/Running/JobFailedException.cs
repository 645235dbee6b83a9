namespace FuncExec.Orchestrator.Running;

/// <summary>A job did not succeed; the message begins with its status.</summary>
public sealed class JobFailedException(string message) : Exception(message);
