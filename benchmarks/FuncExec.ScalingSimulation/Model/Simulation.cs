using FuncExec.ScalingSimulation.Autoscaling;

namespace FuncExec.ScalingSimulation.Model;

/// <summary>
/// A simulation of workers under an autoscaler: simulated time, model workers, a model workload. Nothing runs, and nothing is measured;
/// the same arguments come to the same result.
/// </summary>
public sealed class Simulation
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Queue<SimulatedCommand> _waiting = new();
    private readonly Dictionary<SimulatedCommand, TimeSpan> _firstStarts = new(ReferenceEqualityComparer.Instance);
    private readonly List<SimulatedWorker> _workers = [];
    private readonly List<ScalingSample> _samples = [];
    private readonly IReadOnlyList<SimulatedCommand> _commands;
    private readonly IAutoscaler _autoscaler;
    private readonly FleetSettings _fleet;
    private readonly Random _victims;

    private TimeSpan _now;
    private TimeSpan _end;
    private TimeSpan _workerTime;
    private long _order;
    private int _finished;
    private int _ended;

    private Simulation(IReadOnlyList<SimulatedCommand> commands, IAutoscaler autoscaler, FleetSettings fleet, int seed)
    {
        _commands = commands;
        _autoscaler = autoscaler;
        _fleet = fleet;
        _victims = new Random(seed);
    }

    /// <summary>Runs one to its end: all commands are done, and no worker is left.</summary>
    /// <param name="commands">The workload.</param>
    /// <param name="autoscaler">Who decides; used for this run only.</param>
    /// <param name="fleet">What workers are like.</param>
    /// <param name="seed">Of the choice of the workers that are ended, which no metric guides.</param>
    /// <exception cref="InvalidOperationException">There is no end within a week.</exception>
    public static SimulationResult Run(IReadOnlyList<SimulatedCommand> commands, IAutoscaler autoscaler, FleetSettings fleet, int seed) =>
        new Simulation(commands, autoscaler, fleet, seed).Run();

    private SimulationResult Run()
    {
        foreach (SimulatedCommand command in _commands)
        {
            At(command.Arrival, () => Enqueue(command));
        }

        At(TimeSpan.Zero, Decide);
        while (_events.TryDequeue(out Action? action, out (TimeSpan At, long Order) when))
        {
            _now = when.At;
            if (_now > s_longest)
            {
                throw new InvalidOperationException($"After a week {_commands.Count - _finished} commands are not done and {_workers.Count} workers are left.");
            }

            action();
        }

        return new SimulationResult
        {
            Samples = _samples,
            FirstStart = _firstStarts[_commands[0]] - _commands[0].Arrival,
            Waits = [.. _firstStarts.Select(static pair => pair.Value - pair.Key.Arrival).Order()],
            Finished = _finished,
            Ended = _ended,
            WorkerTime = _workerTime,
            End = _end,
        };
    }

    private void At(TimeSpan time, Action action) => _events.Enqueue(action, (time, _order++));

    private void Enqueue(SimulatedCommand command)
    {
        _waiting.Enqueue(command);
        Assign();
    }

    private void Decide()
    {
        // As scale_recommendation counts: what waits and what is held, divided by the slots.
        int need = (_waiting.Count + _workers.Sum(static worker => worker.Running.Count) + _fleet.Slots - 1) / _fleet.Slots;
        List<SimulatedWorker> replicas = [.. _workers.Where(static worker => !worker.IsDraining)];
        int change = _autoscaler.Decide(_now, need, replicas.Count);
        for (int i = 0; i < change; i++)
        {
            Start();
        }

        for (int i = 0; i < -change; i++)
        {
            SimulatedWorker victim = replicas[_victims.Next(replicas.Count)];
            replicas.Remove(victim);
            Drain(victim);
        }

        int draining = _workers.Count(static worker => worker.IsDraining);
        _samples.Add(new ScalingSample(_now, need, _workers.Count - draining, draining));
        if (_finished < _commands.Count || _workers.Count > 0)
        {
            At(_now + _autoscaler.Interval, Decide);
        }
    }

    private void Start()
    {
        var worker = new SimulatedWorker(_now);
        _workers.Add(worker);
        At(_now + _fleet.StartTime, () =>
        {
            worker.IsReady = true;
            Assign();
            WatchIdle(worker);
        });
    }

    private void Assign()
    {
        // The one with the most free slots first.
        while (_waiting.Count > 0 && _workers.Where(CanTake).MinBy(static worker => worker.Running.Count) is { } worker)
        {
            Begin(worker, _waiting.Dequeue());
        }
    }

    private bool CanTake(SimulatedWorker worker) => worker.IsReady && !worker.IsDraining && worker.Running.Count < _fleet.Slots;

    private void Begin(SimulatedWorker worker, SimulatedCommand command)
    {
        long run = _order;
        worker.Taken++;
        worker.Running.Add(run, command);
        _firstStarts.TryAdd(command, _now);
        At(_now + command.Duration, () =>
        {
            if (!worker.Running.Remove(run))
            {
                return; // It was ended before.
            }

            _finished++;
            if (worker.IsDraining && worker.Running.Count == 0)
            {
                End(worker);
            }

            Assign();
            WatchIdle(worker);
        });
    }

    private void WatchIdle(SimulatedWorker worker)
    {
        if (!_autoscaler.WorkersEndThemselves || worker.Running.Count > 0)
        {
            return;
        }

        long taken = worker.Taken;
        At(_now + _fleet.IdleTimeout, () =>
        {
            if (worker.Taken == taken)
            {
                End(worker);
            }
        });
    }

    private void Drain(SimulatedWorker worker)
    {
        worker.IsDraining = true;
        if (worker.Running.Count == 0)
        {
            End(worker);
            return;
        }

        At(_now + _fleet.DrainTimeout, () =>
        {
            foreach (SimulatedCommand command in worker.Running.Values)
            {
                _ended++;
                _waiting.Enqueue(command);
            }

            worker.Running.Clear();
            End(worker);
            Assign();
        });
    }

    private void End(SimulatedWorker worker)
    {
        if (!worker.IsGone)
        {
            worker.IsGone = true;
            _workers.Remove(worker);
            _workerTime += _now - worker.Started;
            _end = _now;
        }
    }
}
