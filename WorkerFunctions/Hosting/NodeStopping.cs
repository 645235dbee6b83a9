namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// When this node ends what it runs because it stops, or has drained long enough. At a stop our own runtime cancels its activities
/// too; the official worker cancels nothing at its stop, and its host has waited before.
/// </summary>
/// <param name="Token">Cancelled then.</param>
public sealed record NodeStopping(CancellationToken Token);
