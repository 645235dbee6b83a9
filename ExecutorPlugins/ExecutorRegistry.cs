using System.Diagnostics.CodeAnalysis;

namespace FuncExec.ExecutorPlugins;

/// <summary>The executors of this node, by name.</summary>
public sealed class ExecutorRegistry
{
    /// <summary>How long an executor may take to say how it is; after that it counts as unhealthy.</summary>
    public static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, IExecutor> _enabled = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    /// <summary>Makes a registry of the given executors, all enabled.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public ExecutorRegistry(IEnumerable<IExecutor> executors)
        : this([.. executors.Select(static executor => new RegisteredExecutor(executor, true, executor.GetType().Assembly.GetName().Name ?? ""))], TimeProvider.System)
    {
    }

    internal ExecutorRegistry(IReadOnlyList<RegisteredExecutor> executors, TimeProvider time)
    {
        _time = time;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (RegisteredExecutor registered in executors)
        {
            if (!names.Add(registered.Executor.Name))
            {
                throw new ArgumentException($"Two executors are named '{registered.Executor.Name}'.", nameof(executors));
            }

            if (registered.IsEnabled)
            {
                _enabled.Add(registered.Executor.Name, registered.Executor);
            }
        }

        Executors = [.. executors
            .Select(static registered => new ExecutorDescription(registered.Executor.Name, registered.Executor.Capabilities, registered.IsEnabled, registered.Origin))
            .OrderBy(static description => description.Name, StringComparer.Ordinal)];
    }

    /// <summary>The names of those that tasks may use here, in no particular order.</summary>
    public IReadOnlyCollection<string> Names => _enabled.Keys;

    /// <summary>All of them by name, those too that a setting has switched off.</summary>
    public IReadOnlyList<ExecutorDescription> Executors { get; }

    /// <summary>Finds an executor that is enabled, by its exact name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out IExecutor? executor) => _enabled.TryGetValue(name, out executor);

    /// <summary>Asks all of them at once how they are. One that throws, or says nothing for 5 s, is unhealthy.</summary>
    public async Task<IReadOnlyList<ExecutorStatus>> CheckHealthAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Executors.Select(async description => new ExecutorStatus(
            description,
            _enabled.TryGetValue(description.Name, out IExecutor? executor) ? await CheckAsync(executor, cancellationToken).ConfigureAwait(false) : null)))
            .ConfigureAwait(false);

    private async Task<ExecutorHealth> CheckAsync(IExecutor executor, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(HealthTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // Off this thread: not every executor answers at once, or keeps the token in mind.
            return await Task.Run(() => executor.CheckHealthAsync(either.Token), either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ExecutorHealth(false, $"It did not say within {HealthTimeout.TotalSeconds:0} s how it is.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested) // Someone else's code: what it threw is its state.
        {
            return new ExecutorHealth(false, $"It could not say how it is: {exception.Message}");
        }
    }
}
