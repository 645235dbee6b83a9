using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// How this node comes to an end without losing anything: from <see cref="Begun"/> on it takes nothing new, and what still runs
/// at <see cref="Over"/> is ended and given back, for another node to run again.
/// </summary>
public sealed partial class NodeDrain(IOptions<AppOptions> options, TimeProvider time, ILogger<NodeDrain> logger) : IDisposable
{
    private readonly CancellationTokenSource _begun = new();
    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);
    private int _isBegun;

    /// <summary>Cancelled when the node is to take nothing new.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Cancelled when what runs is to end.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Whether it takes nothing new.</summary>
    public bool IsDraining => Begun.IsCancellationRequested;

    /// <summary>Takes nothing new from now on; commands may go on for <see cref="AppOptions.DrainTimeout"/>. Idempotent.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _isBegun, 1) == 0)
        {
            Drains(options.Value.DrainTimeout);
            _over.CancelAfter(options.Value.DrainTimeout);
            _begun.Cancel();
        }
    }

    /// <summary>Takes nothing new from now on; what runs may go on for as long as it takes, unless a drain begins. Idempotent.</summary>
    public void Close() => _begun.Cancel();

    /// <summary>Waits for nothing any more.</summary>
    public void EndNow()
    {
        Begin();
        _over.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _begun.Dispose();
        _over.Dispose();
    }

    [LoggerMessage(4030, LogLevel.Information, "This node drains: it takes nothing new, and what it runs may go on for {Timeout}.")]
    private partial void Drains(TimeSpan timeout);
}
