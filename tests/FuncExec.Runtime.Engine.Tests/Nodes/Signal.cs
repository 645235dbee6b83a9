namespace FuncExec.Runtime.Engine.Tests.Nodes;

/// <summary>Something that happens once and that others wait for, with a generous limit.</summary>
internal sealed class Signal
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSet => _source.Task.IsCompleted;

    public void Set() => _source.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken = default) => _source.Task.WaitAsync(Wait.Limit, cancellationToken);
}

/// <summary>Waits for what nobody signals.</summary>
internal static class Wait
{
    /// <summary>Nothing takes this long; past it a test fails instead of hanging.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Looks until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await isSo())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Looks until it is so.</summary>
    public static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));
}
