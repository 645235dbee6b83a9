using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>
/// External events of one generation: names are case-insensitive; an event that nobody waits for is kept in order; of
/// several waits for one name the latest gets the event first, as on the official platform, so that code which gave up
/// an earlier wait loses nothing. A wait that was cancelled is passed over.
/// </summary>
internal sealed class ExternalEvents(DataConverter converter)
{
    private readonly Dictionary<string, Queue<string?>> _unread = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Stack<Waiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for the next event of a name.</summary>
    /// <exception cref="ArgumentException">Another type is awaited under this name.</exception>
    public Task<T> WaitAsync<T>(string name, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var waiter = new Waiter<T>(name, converter);
        if (TryTakeUnread(name, out string? input))
        {
            waiter.TryComplete(input);
            return waiter.Task;
        }

        if (!_waiters.TryGetValue(name, out Stack<Waiter>? stack))
        {
            _waiters[name] = stack = new Stack<Waiter>();
        }

        while (stack.TryPeek(out Waiter? top) && top.IsCompleted)
        {
            stack.Pop();
        }

        if (stack.TryPeek(out Waiter? existing) && existing.Type != typeof(T))
        {
            throw new ArgumentException(
                $"Waits for the event '{name}' must ask for one type: {existing.Type} is awaited already, {typeof(T)} was asked for.", nameof(name));
        }

        stack.Push(waiter);
        waiter.CancelBy(cancellationToken);
        return waiter.Task;
    }

    /// <summary>Hands an event to the latest wait, or keeps it.</summary>
    public void Raise(string name, string? input)
    {
        if (_waiters.TryGetValue(name, out Stack<Waiter>? stack))
        {
            while (stack.TryPop(out Waiter? waiter))
            {
                if (stack.Count == 0)
                {
                    _waiters.Remove(name);
                }

                if (!waiter.IsCompleted)
                {
                    waiter.TryComplete(input);
                    return;
                }
            }
        }

        if (!_unread.TryGetValue(name, out Queue<string?>? queue))
        {
            _unread[name] = queue = new Queue<string?>();
        }

        queue.Enqueue(input);
    }

    /// <summary>The events that nobody has waited for, by name.</summary>
    public IEnumerable<(string Name, string? Input)> Unread() =>
        _unread.SelectMany(pair => pair.Value.Select(input => (pair.Key, input)));

    private bool TryTakeUnread(string name, [MaybeNullWhen(false)] out string? input)
    {
        input = null;
        if (!_unread.TryGetValue(name, out Queue<string?>? queue))
        {
            return false;
        }

        input = queue.Dequeue();
        if (queue.Count == 0)
        {
            _unread.Remove(name);
        }

        return true;
    }

    private abstract class Waiter
    {
        public abstract Type Type { get; }

        public abstract bool IsCompleted { get; }

        public abstract void TryComplete(string? input);
    }

    private sealed class Waiter<T>(string name, DataConverter converter) : Waiter
    {
        private readonly TaskCompletionSource<T> _source = new();
        private CancellationTokenRegistration _registration;

        public override Type Type => typeof(T);

        public override bool IsCompleted => _source.Task.IsCompleted;

        public Task<T> Task => _source.Task;

        public void CancelBy(CancellationToken cancellationToken) =>
            _registration = cancellationToken.Register(() => _source.TrySetCanceled(cancellationToken));

        public override void TryComplete(string? input)
        {
            _registration.Dispose();
            T value;
            try
            {
                value = input is null ? default! : converter.Deserialize<T>(input)!;
            }
            catch (Exception exception) // The author's converter and types: theirs to see, at the await.
            {
                _source.TrySetException(UnreadableValue.Fault($"The event '{name}'", typeof(T), exception));
                return;
            }

            _source.TrySetResult(value);
        }
    }
}
