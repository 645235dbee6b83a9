using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Kills;

/// <summary>Some clients at once, each with one job after the other, until there were enough and the killing is over.</summary>
/// <param name="api">What they speak to.</param>
/// <param name="shapes">What they send.</param>
/// <param name="other">Where every second round of shapes is sent to; null for the same.</param>
internal sealed class Clients(ServiceClient api, MixedJobs shapes, ServiceClient? other = null)
{
    private const int Count = 14;

    private readonly List<DrivenJob> _jobs = [];

    /// <summary>The jobs so far.</summary>
    public IReadOnlyList<DrivenJob> Jobs
    {
        get
        {
            lock (_jobs)
            {
                return [.. _jobs];
            }
        }
    }

    public async Task<List<DrivenJob>> RunAsync(int least, Task killing)
    {
        using var failed = new CancellationTokenSource();
        Task[] clients = [.. Enumerable.Range(0, Count).Select(_ => DriveAsync(least, killing, failed))];
        if (await Task.WhenAny(Task.WhenAll(clients), killing) == killing)
        {
            await killing; // When it failed, nobody brings the service up again.
        }

        await Task.WhenAll(clients);
        return _jobs;
    }

    private async Task DriveAsync(int least, Task killing, CancellationTokenSource failed)
    {
        try
        {
            while (!failed.IsCancellationRequested && Next(least, killing) is { } job)
            {
                await job.RunAsync();
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private DrivenJob? Next(int least, Task killing)
    {
        lock (_jobs)
        {
            if (killing.IsFaulted || (killing.IsCompleted && _jobs.Count >= least))
            {
                return null;
            }

            _jobs.Add(new DrivenJob(_jobs.Count / MixedJobs.Shapes % 2 == 0 ? api : other ?? api, shapes.Make(_jobs.Count)));
            return _jobs[^1];
        }
    }
}
