using FuncExec.Runtime.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>Something the code waits for that ends by a message: an activity, a child or a timer.</summary>
internal abstract class OpenTask
{
    /// <summary>The turn's time when it was begun, UTC.</summary>
    public DateTime OpenedAt { get; set; }

    /// <summary>By what it was begun; kept only where the instance is traced.</summary>
    public DecidedEvent? Decision { get; set; }

    /// <summary>Ends it with a serialized result.</summary>
    public abstract void Complete(string? result);

    /// <summary>Ends it with a failure.</summary>
    public abstract void Fail(FailureData failure);
}

/// <summary>An activity or a child orchestration.</summary>
internal abstract class OpenCall(string? childId) : OpenTask
{
    /// <summary>The instance id of a child orchestration; null for an activity.</summary>
    public string? ChildId { get; } = childId;
}

/// <summary>A call whose result is a <typeparamref name="T"/>.</summary>
internal sealed class OpenCall<T>(string name, int id, string? childId, DataConverter converter) : OpenCall(childId)
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override void Complete(string? result)
    {
        T value;
        try
        {
            value = result is null ? default! : converter.Deserialize<T>(result)!;
        }
        catch (Exception exception) // The author's converter and types: whatever they throw is the author's to see, at the await.
        {
            _source.TrySetException(UnreadableValue.Fault($"The result of '{name}' (#{id})", typeof(T), exception));
            return;
        }

        _source.TrySetResult(value);
    }

    public override void Fail(FailureData failure) =>
        _source.TrySetException(new TaskFailedException(name, id, failure.ToDetails()));
}

/// <summary>A call of an entity.</summary>
internal abstract class OpenEntityCall : OpenTask;

/// <summary>A call of an entity whose result is a <typeparamref name="T"/>.</summary>
internal sealed class OpenEntityCall<T>(EntityInstanceId id, string operation, DataConverter converter, Action? onEnd) : OpenEntityCall
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override void Complete(string? result)
    {
        onEnd?.Invoke();
        T value;
        try
        {
            value = result is null ? default! : converter.Deserialize<T>(result)!;
        }
        catch (Exception exception) // As with other calls.
        {
            _source.TrySetException(UnreadableValue.Fault($"The result of '{operation}' of the entity '{id}'", typeof(T), exception));
            return;
        }

        _source.TrySetResult(value);
    }

    public override void Fail(FailureData failure)
    {
        onEnd?.Invoke();
        _source.TrySetException(new EntityOperationFailedException(id, operation, failure.ToDetails()));
    }
}

/// <summary>A request for locks.</summary>
internal sealed class OpenLock : OpenTask
{
    private readonly TaskCompletionSource _source = new();

    public Task Task => _source.Task;

    public override void Complete(string? result) => _source.TrySetResult();

    public override void Fail(FailureData failure) => throw new System.Diagnostics.UnreachableException("A lock cannot fail.");
}

/// <summary>A durable timer.</summary>
internal sealed class OpenTimer(DateTime fireAt) : OpenTask
{
    private readonly TaskCompletionSource _source = new();

    /// <summary>When it is due (UTC).</summary>
    public DateTime FireAt { get; } = fireAt;

    /// <summary>What unregisters it from the token that may cancel it.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    public Task Task => _source.Task;

    public override void Complete(string? result)
    {
        Registration.Dispose();
        _source.TrySetResult();
    }

    public override void Fail(FailureData failure) => throw new System.Diagnostics.UnreachableException("A timer cannot fail.");

    public void Cancel(CancellationToken cancellationToken) => _source.TrySetCanceled(cancellationToken);
}
