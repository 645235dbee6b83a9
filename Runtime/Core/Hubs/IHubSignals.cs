namespace FuncExec.Runtime.Hubs;

/// <summary>
/// A hub whose sessions tell each other what they left for others. A signal may come twice or for nothing, and some may be lost:
/// then the listener is told of a gap. Beneath them all there is a slow poll, so only time depends on signals, never what is true.
/// </summary>
public interface IHubSignals
{
    /// <summary>
    /// Tells a listener what other sessions do from now on. Once the answer has been disposed the listener is not called any more.
    /// Called after <see cref="IHub.OpenAsync"/>.
    /// </summary>
    Task<IAsyncDisposable> ListenAsync(IHubListener listener, CancellationToken cancellationToken);

    /// <summary>Tells the other sessions a load, soon. Nothing is stored.</summary>
    void TellLoad(NodeLoad load);
}
