using FuncExec.Runtime.PostgresStore.Faults;

namespace FuncExec.Runtime.PostgresStore.Writing;

/// <summary>
/// Group commit: what arrives while a round trip is under way goes into the next one. A lone call goes at once.
/// </summary>
/// <remarks>
/// A group is one transaction. When the server refuses it, it is halved until the call that the refusal is for stands alone, so
/// that one bad call never fails its neighbours. When the server or the way to it failed, the outcome is unknown to all of it.
/// </remarks>
internal sealed class GroupWriter<TCall> : IAsyncDisposable
    where TCall : GroupedCall
{
    /// <summary>A group that others' transactions undid runs again so often, then its calls are told that the store failed.</summary>
    private const int MostTries = 8;

    private readonly Func<IReadOnlyList<TCall>, CancellationToken, Task> _run;
    private readonly PostgresDatabase _database;
    private readonly GroupLimits _limits;
    private readonly Lock _gate = new();
    private readonly Queue<TCall> _queue = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;
    private int _running;
    private bool _isClosed;

    /// <param name="database">Whose errors are told.</param>
    /// <param name="run">Runs a group as one transaction and decides each of its calls. Called with no call twice at the same time.</param>
    /// <param name="limits">The bounds.</param>
    internal GroupWriter(PostgresDatabase database, Func<IReadOnlyList<TCall>, CancellationToken, Task> run, GroupLimits limits)
    {
        _database = database;
        _run = run;
        _limits = limits;
    }

    /// <summary>Runs the call and answers once it is durable. A caller who stops waiting does not undo it.</summary>
    internal async Task<T> SubmitAsync<T>(GroupedCall<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (TryEnter((TCall)(object)call) is { } room)
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return await call.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until all that was submitted has been answered; what comes later is refused.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? idle = null;
        lock (_gate)
        {
            _isClosed = true;
            _room?.TrySetResult();
            if (_running > 0)
            {
                _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                idle = _idle.Task;
            }
        }

        if (idle is not null)
        {
            await idle.ConfigureAwait(false);
        }
    }

    /// <summary>Queues a call, or answers what to wait for when there is no room.</summary>
    private Task? TryEnter(TCall call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_queue.Count >= _limits.MostQueued)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _room.Task;
            }

            _queue.Enqueue(call);
            if (_running >= _limits.Width)
            {
                return null;
            }

            _running++;
        }

        _ = LeadAsync();
        return null;
    }

    private async Task LeadAsync()
    {
        // Off the caller's stack: what it submits next may go into the same group.
        await Task.Yield();
        while (TakeGroup() is { } group)
        {
            await RunAsync(group).ConfigureAwait(false);
        }
    }

    private List<TCall>? TakeGroup()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                _running--;
                if (_running == 0)
                {
                    _idle?.TrySetResult();
                }

                return null;
            }

            var group = new List<TCall>();
            long weight = 0;
            while (group.Count < _limits.MostInGroup && _queue.TryPeek(out TCall? next))
            {
                weight += next.Weight;
                if (group.Count > 0 && weight > _limits.MostWeight)
                {
                    break;
                }

                group.Add(_queue.Dequeue());
            }

            if (_room is not null && _queue.Count < _limits.MostQueued)
            {
                _room.TrySetResult();
                _room = null;
            }

            return group;
        }
    }

    private async Task RunAsync(List<TCall> group)
    {
        long begun = StoreMetrics.Begin();
        if (await TryRunAsync(group).ConfigureAwait(false) is not { } failure)
        {
            StoreMetrics.Committed(begun, _database.Kind, group.Count);
            AnswerAll(group, null);
            return;
        }

        switch (PostgresFaults.Classify(failure))
        {
            case FaultKind.Unavailable or FaultKind.Undone:
                AnswerAll(group, _database.Unavailable(failure));
                break;
            case FaultKind.Refused when group.Count == 1:
                AnswerAll(group, _database.Kind.Rejected($"The {_database.Kind.Name} cannot store this; nothing was changed. ({failure.Message})", failure));
                break;
            case FaultKind.Defect when group.Count == 1:
                AnswerAll(group, failure);
                break;
            default:
                await RunAsync(group[..(group.Count / 2)]).ConfigureAwait(false);
                await RunAsync(group[(group.Count / 2)..]).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Runs a group, again where it was only undone. Answers why it failed, or null.</summary>
    private async Task<Exception?> TryRunAsync(List<TCall> group)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await _run(group, CancellationToken.None).ConfigureAwait(false);
                return null;
            }
            catch (Exception exception) // Whatever a call stumbles over is answered to it, and never ends the loop.
            {
                if (PostgresFaults.Classify(exception) is not FaultKind.Undone || attempt == MostTries)
                {
                    return exception;
                }
            }
        }
    }

    private static void AnswerAll(List<TCall> group, Exception? error)
    {
        foreach (TCall call in group)
        {
            call.Answer(error);
        }
    }
}
