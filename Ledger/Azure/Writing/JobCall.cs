using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>A call that may change a job. It may be run several times, each time on what is known of the job then; one of them counts.</summary>
internal abstract class JobCall
{
    /// <summary>Whether nobody waits for it any more.</summary>
    internal abstract bool IsAbandoned { get; }

    /// <summary>Whether it was refused when it was run last.</summary>
    internal abstract bool IsRefused { get; }

    /// <summary>Runs it, and keeps what came of it.</summary>
    internal abstract Task RunAsync(JobWork work, CancellationToken cancellationToken);

    /// <summary>What came of it when it was run last counts.</summary>
    internal abstract void Deliver();

    /// <summary>Its outcome is unknown.</summary>
    internal abstract void Fail(Exception exception);
}

/// <summary>A call with its answer.</summary>
internal sealed class JobCall<T>(Func<JobWork, CancellationToken, Task<T>> run, CancellationToken caller) : JobCall
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _refusal;
    private T? _result;

    internal Task<T> Answer => _answer.Task;

    internal override bool IsAbandoned => caller.IsCancellationRequested;

    internal override bool IsRefused => _refusal is not null;

    internal override async Task RunAsync(JobWork work, CancellationToken cancellationToken)
    {
        _refusal = null;
        try
        {
            _result = await run(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or LedgerDamagedException)
        {
            // Misuse and damage are the call's own; the others of its commit go on.
            _refusal = exception;
        }
    }

    internal override void Deliver()
    {
        if (_refusal is { } refusal)
        {
            _answer.TrySetException(refusal);
        }
        else
        {
            _answer.TrySetResult(_result!);
        }
    }

    internal override void Fail(Exception exception) => _answer.TrySetException(exception);
}
