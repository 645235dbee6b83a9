using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Activities with a limit of their own keep nobody else waiting.</summary>
public abstract class ActivityLimitTests : EngineTests
{
    private readonly Gauge _long = new();
    private readonly Gauge _short = new();

    protected ActivityLimitTests(bool live)
        : base(live)
    {
        Node.ActivityAsync<int, int>("Long", _long.PassAsync).ActivityAsync<int, int>("Short", _short.PassAsync);
        Node.Orchestrator("Fan", async context =>
        {
            (int longs, int shorts) = context.GetInput<Counts>()!;
            Task<int[]> all = Task.WhenAll([
                .. Enumerable.Range(0, longs).Select(at => context.CallActivityAsync<int>("long", at)),
                .. Enumerable.Range(0, shorts).Select(at => context.CallActivityAsync<int>("Short", at))]);
            return (await all).Sum();
        });
        _short.Open();
    }

    public sealed record Counts(int Longs, int Shorts);

    [Theory]
    [InlineData(16_384)]
    [InlineData(3)]
    public async Task Long_ones_fill_neither_the_places_nor_the_memory_of_others(int prefetch)
    {
        Node.Options.MaxConcurrentActivities = 1;
        Node.Options.ActivityPrefetch = prefetch;
        Node.Options.ActivityLimits["Long"] = 2;
        await Node.StartAsync();
        string stuck = await Node.ScheduleAsync("Fan", new Counts(300, 20));
        await Wait.UntilAsync(() => _short.Ended == 20);

        string quick = await Node.ScheduleAsync("Fan", new Counts(0, 50));

        Assert.Equal(Sum(50), (await Node.EndOfAsync(quick)).ReadOutputAs<int>());
        Assert.Equal(0, _long.Ended);
        _long.Open();
        Assert.Equal(Sum(300) + Sum(20), (await Node.EndOfAsync(stuck)).ReadOutputAs<int>());
        Assert.Equal((2, 1), (_long.MostAtOnce, _short.MostAtOnce));
    }

    [Fact]
    public async Task Others_do_not_keep_limited_ones_waiting_either()
    {
        Node.Options.MaxConcurrentActivities = 1;
        Node.Options.ActivityPrefetch = 3;
        Node.Options.ActivityLimits["Short"] = 4;
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Fan", new Counts(50, 50));

        await Wait.UntilAsync(() => _short.Ended == 50);

        _long.Open();
        Assert.Equal(2 * Sum(50), (await Node.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_limit_may_come_and_go_between_starts(bool before, bool after)
    {
        Node.Options.MaxConcurrentActivities = 20;
        Node.Options.ActivityPrefetch = 30;
        SetLimit(before);
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Fan", new Counts(200, 20));
        await Wait.UntilAsync(() => _long.Running > 0);

        await Node.CrashAsync();
        await Wait.UntilAsync(() => _long.Running == 0);
        _long.Forget();
        SetLimit(after);
        await Node.StartAsync();
        await Wait.UntilAsync(() => _long.Running > 0);
        _long.Open();

        Assert.Equal(Sum(200) + Sum(20), (await Node.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.InRange(_long.MostAtOnce, 1, after ? 3 : 20);
    }

    [Fact]
    public async Task Limit_for_what_is_no_activity_is_warned_of_and_one_out_of_range_refused()
    {
        Node.Options.ActivityLimits["Lnog"] = 3;
        await Node.StartAsync();
        await Node.StopAsync();
        Assert.Contains(Node.Warnings, text => text.Contains("'Lnog'", StringComparison.Ordinal));

        Node.Options.ActivityLimits["Long"] = 0;
        ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(Node.StartAsync);
        Assert.Contains("ActivityLimits[Long] must be from 1 to 100000", refused.Message, StringComparison.Ordinal);
    }

    private void SetLimit(bool isSet)
    {
        Node.Options.ActivityLimits.Clear();
        if (isSet)
        {
            Node.Options.ActivityLimits["LONG"] = 3;
        }
    }

    private static int Sum(int count) => count * (count - 1) / 2;

    /// <summary>Lets calls pass once it is open, and counts them.</summary>
    private sealed class Gauge
    {
        private readonly Signal _open = new();
        private int _running;
        private int _ended;
        private int _most;

        public int Running => Volatile.Read(ref _running);

        public int Ended => Volatile.Read(ref _ended);

        public int MostAtOnce => Volatile.Read(ref _most);

        public void Open() => _open.Set();

        public void Forget() => Volatile.Write(ref _most, 0);

        public async Task<int> PassAsync(int input, CancellationToken cancellationToken)
        {
            int running = Interlocked.Increment(ref _running);
            InterlockedMax(ref _most, running);
            try
            {
                await _open.WaitAsync(cancellationToken);
                Interlocked.Increment(ref _ended);
                return input;
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        private static void InterlockedMax(ref int most, int value)
        {
            int seen = Volatile.Read(ref most);
            while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is int now && now != seen)
            {
                seen = now;
            }
        }
    }

    public sealed class Live() : ActivityLimitTests(live: true);

    public sealed class Rebuilt() : ActivityLimitTests(live: false);
}
