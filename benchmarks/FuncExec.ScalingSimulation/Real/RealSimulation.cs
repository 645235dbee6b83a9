using FuncExec.ScalingSimulation.Autoscaling;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>
/// A simulation of an autoscaler over real workers: processes of the service over a PostgreSQL, which it starts and tells to end, and
/// real commands that take as long as they are said to. Time is compressed, and passed over where there is neither work nor a worker.
/// What it comes to is measured, and no two runs are the same.
/// </summary>
public sealed class RealSimulation
{
    /// <summary>Where nothing changes, samples are so far apart.</summary>
    private static readonly TimeSpan s_sampling = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<SimulatedCommand> _commands;
    private readonly IAutoscaler _autoscaler;
    private readonly CompressedClock _clock;
    private readonly RealStore _store;
    private readonly RealFleet _fleet;
    private readonly CommandJournal _journal;
    private readonly RealJobs _jobs;
    private readonly List<ScalingSample> _samples = [];

    private RealSimulation(IReadOnlyList<SimulatedCommand> commands, IAutoscaler autoscaler, RealSettings settings, RealStore store, int seed)
    {
        _commands = commands;
        _autoscaler = autoscaler;
        _store = store;
        _clock = new CompressedClock(settings.Compression);
        _fleet = new RealFleet(settings, _clock, store.Settings, autoscaler.WorkersEndThemselves, seed);
        _journal = new CommandJournal(Path.Combine(settings.Directory, "commands"), commands);
        _jobs = new RealJobs(store.Http, commands, _journal, _clock, settings.Compression);
    }

    /// <summary>Runs one to its end: all commands are done, and no worker is left.</summary>
    /// <param name="commands">The workload, by arrival.</param>
    /// <param name="autoscaler">Who decides; used for this run only.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="seed">Of the choice of the workers that are ended.</param>
    /// <param name="cancellationToken">Ends the run, and all that it has started.</param>
    /// <exception cref="InvalidOperationException">A node failed, or a job was not taken.</exception>
    /// <exception cref="TimeoutException">There is no end within <see cref="RealSettings.Limit"/>.</exception>
    public static async Task<RealResult> RunAsync(
        IReadOnlyList<SimulatedCommand> commands, IAutoscaler autoscaler, RealSettings settings, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commands);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(autoscaler);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Limit);
        try
        {
            RealStore store = await RealStore.StartAsync(settings, limit.Token).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                var simulation = new RealSimulation(commands, autoscaler, settings, store, seed);
                await using (simulation._fleet.ConfigureAwait(false))
                {
                    await simulation.RunAsync(limit.Token).ConfigureAwait(false);
                    return await simulation.SumUpAsync(settings.Compression, limit.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The commands were not done, and the workers not gone, within {settings.Limit}.", exception);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task posting = _jobs.PostAsync(stop.Token);
        Task deciding = DecideAsync(stop.Token);
        try
        {
            if (await Task.WhenAny(posting, deciding).ConfigureAwait(false) == posting)
            {
                await posting.ConfigureAwait(false);
            }

            await deciding.ConfigureAwait(false);
        }
        finally
        {
            // What failed first is told above; the other one ends with it.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(posting, deciding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        TimeSpan next = TimeSpan.Zero;
        bool isOver = false;
        while (!isOver)
        {
            await _clock.UntilAsync(next, cancellationToken).ConfigureAwait(false);
            await _fleet.ReapAsync().ConfigureAwait(false);
            TimeSpan now = LastTick(_clock.Now);
            int posted = _jobs.Posted;
            int need = await _store.RecommendAsync(cancellationToken).ConfigureAwait(false);
            _fleet.Change(_autoscaler.Decide(now, need, _fleet.Replicas));
            Sample(now, need);
            _journal.Read();
            bool isQuiet = _journal.Done == posted && need == 0 && _fleet.Replicas + _fleet.Draining == 0;
            isOver = isQuiet && posted == _commands.Count;
            if (isQuiet && !isOver)
            {
                // Nothing happens until the next command comes: there is nothing to decide.
                _clock.SkipTo(LastTick(_commands[posted].Arrival) - _autoscaler.Interval);
            }

            next = LastTick(_clock.Now) + _autoscaler.Interval;
        }
    }

    // The autoscaler's clocks tick at multiples of its interval; a tick that is missed is left out.
    private TimeSpan LastTick(TimeSpan time) => (long)(time / _autoscaler.Interval) * _autoscaler.Interval;

    private void Sample(TimeSpan now, int need)
    {
        var sample = new ScalingSample(now, need, _fleet.Replicas, _fleet.Draining);
        if (_samples.Count == 0 || now - _samples[^1].At >= s_sampling
            || (sample.Replicas, sample.Draining) != (_samples[^1].Replicas, _samples[^1].Draining))
        {
            _samples.Add(sample);
        }
    }

    private async Task<RealResult> SumUpAsync(double compression, CancellationToken cancellationToken)
    {
        TimeSpan realTime = _clock.Real;
        IReadOnlyList<TimeSpan> waits = _jobs.Waits();
        var result = new SimulationResult
        {
            Samples = _samples,
            FirstStart = waits[0],
            Waits = [.. waits.Order()],
            Finished = await _jobs.CountSucceededAsync(cancellationToken).ConfigureAwait(false),
            Ended = _journal.Ended,
            WorkerTime = _fleet.WorkerTime,
            End = _fleet.End,
        };
        return new RealResult(result, _journal.Repeated, _fleet.Started, compression, realTime);
    }
}
