using System.Runtime.CompilerServices;

namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>What functions of a test tell it while they run.</summary>
public sealed class FrontProbe
{
    /// <summary>Set once something has arrived.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when a stream of events was told to end.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One event, and no other for ever.</summary>
    public async IAsyncEnumerable<string> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return "first";
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Ended.TrySetResult();
        }
    }
}
