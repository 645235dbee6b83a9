namespace FuncExec.Cli.Services;

/// <summary>
/// Speaks to a service over its life and beyond: what is lost is tried again, and when the service has moved to another
/// process it is found there, or started here when it was another command line's.
/// </summary>
internal sealed class ServiceSession(ServiceFinder finder, ServiceChoice choice, ServiceLink link) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Longer than it takes to find out that nobody answers.
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _finding = new(1);
    private readonly List<ServiceLink> _lost = [];

    /// <summary>The service.</summary>
    public ServiceLink Link { get; private set; } = link;

    /// <summary>Makes a call, again while the service does not answer.</summary>
    /// <exception cref="CliException">It was refused, or the service does not come back.</exception>
    public async Task<T> CallAsync<T>(Func<ApiClient, Task<T>> call, CancellationToken cancellationToken)
    {
        long? failing = null;
        TimeSpan wait = ShortestWait;
        while (true)
        {
            ServiceLink used = Link;
            long begun = Environment.TickCount64;
            try
            {
                return await call(used.Client);
            }
            catch (ServiceLostException exception) when (!exception.IsAnswer && !used.Client.HasAnswered && choice.Server is not null)
            {
                throw new CliException($"{exception.Message} Start it (funcexec serve), or correct --server.", exception);
            }
            catch (ServiceLostException exception)
            {
                long now = Environment.TickCount64;
                if (now - begun > Progress.TotalMilliseconds)
                {
                    // It held for a while, and broke off then.
                    failing = now;
                    wait = ShortestWait;
                }

                failing ??= begun;
                if (now - failing > Patience.TotalMilliseconds)
                {
                    throw new CliException($"{exception.Message} It was tried for {Patience.TotalSeconds} s. What was accepted goes on when the service is back.", exception);
                }
            }

            await Task.Delay(wait, cancellationToken);
            wait = wait < TimeSpan.FromSeconds(1) ? wait * 2 : wait;
            await FindAgainAsync(used, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceLink link in _lost.Append(Link))
        {
            await link.DisposeAsync();
        }

        _finding.Dispose();
    }

    private async Task FindAgainAsync(ServiceLink lost, CancellationToken cancellationToken)
    {
        if (choice.Server is not null || lost.Place is ServicePlace.Here)
        {
            return;
        }

        await _finding.WaitAsync(cancellationToken);
        try
        {
            if (Link != lost)
            {
                return;
            }

            // A service that runs by itself is left to whoever runs it.
            ServiceLink? found = lost.Place is ServicePlace.Server
                ? await finder.FindAsync(cancellationToken)
                : await finder.OpenAsync(cancellationToken);
            if (found is not null)
            {
                // Another call may still be waiting on the old one.
                _lost.Add(lost);
                Link = found;
            }
        }
        finally
        {
            _finding.Release();
        }
    }
}
