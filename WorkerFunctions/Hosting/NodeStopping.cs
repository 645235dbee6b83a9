namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// When this node ends what it runs because it stops. Our own runtime cancels its activities once they had their time to end;
/// the official worker cancels nothing at its stop, and its host has waited before.
/// </summary>
/// <param name="Token">Cancelled then.</param>
public sealed record NodeStopping(CancellationToken Token)
{
    /// <summary>Where the runtime itself cancels.</summary>
    public static NodeStopping ByRuntime { get; } = new(CancellationToken.None);
}
