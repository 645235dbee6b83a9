using System.Globalization;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>The workers that there are: processes that start, and end when they are told to or, as Jobs, by themselves.</summary>
internal sealed class RealFleet(RealSettings settings, CompressedClock clock, IReadOnlyDictionary<string, string> store, bool workersEndThemselves, int seed)
    : IAsyncDisposable
{
    /// <summary>128 and SIGTERM: of one that was told to end before it could hear of it.</summary>
    private const int Terminated = 143;

    private readonly Random _victims = new(seed);
    private readonly List<RealNode> _workers = [];

    /// <summary>Workers that are there or start, without those that drain.</summary>
    internal int Replicas => _workers.Count - Draining;

    /// <summary>Workers that drain.</summary>
    internal int Draining => _workers.Count(static worker => worker.IsDraining);

    /// <summary>How many were started.</summary>
    internal int Started { get; private set; }

    /// <summary>All workers' time together, simulated, of those that are gone.</summary>
    internal TimeSpan WorkerTime { get; private set; }

    /// <summary>When the last of those was gone, in simulated time.</summary>
    internal TimeSpan End { get; private set; }

    /// <summary>Starts or ends as many as the autoscaler says. Which ends is chosen at random.</summary>
    internal void Change(int change)
    {
        for (int i = 0; i < change; i++)
        {
            Start();
        }

        for (int i = 0; i < -change; i++)
        {
            RealNode[] replicas = [.. _workers.Where(static worker => !worker.IsDraining)];
            replicas[_victims.Next(replicas.Length)].Drain();
        }
    }

    /// <summary>Takes account of those that have ended.</summary>
    /// <exception cref="InvalidOperationException">One has failed.</exception>
    internal async Task ReapAsync()
    {
        foreach (RealNode worker in _workers.Where(static worker => worker.ExitCode is not null).ToArray())
        {
            bool isRight = worker.ExitCode == 0 ? worker.IsDraining || workersEndThemselves : worker.ExitCode == Terminated && worker.IsDraining;
            if (!isRight)
            {
                throw new InvalidOperationException($"The worker {worker.Name} has ended with {worker.ExitCode}:\n{worker.Log}");
            }

            _workers.Remove(worker);
            End = clock.Now;
            WorkerTime += End - worker.Started;
            await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RealNode worker in _workers)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Start()
    {
        Started++;
        FleetSettings fleet = settings.Fleet;
        string[] idle = workersEndThemselves ? ["--exit-when-idle", Real(fleet.IdleTimeout)] : [];
        var environment = new Dictionary<string, string>(store)
        {
            ["FuncExec__Role"] = "worker",
            ["MAX_CONCURRENT_TASKS"] = fleet.Slots.ToString(CultureInfo.InvariantCulture),
            ["FuncExec__DrainTimeout"] = Real(fleet.DrainTimeout),
        };
        _workers.Add(RealNode.Start(
            settings.Executable, settings.Directory, $"worker-{Started}", clock.Now, ["--urls", "http://127.0.0.1:0", .. idle], environment));
    }

    private string Real(TimeSpan simulated) => $"{(long)(simulated / settings.Compression).TotalMilliseconds}ms";
}
