using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Metrics;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Engine.Tests.Metrics;

public sealed class BacklogWatchTests : IDisposable
{
    private static readonly WaitingActivities s_waiting = new("any", LabelSet.Empty, 5, 3, DateTimeOffset.UnixEpoch);

    private readonly KeptLog _log = new(LogLevel.Warning);
    private readonly SteppedTime _time = new();
    private readonly CountedBacklog _hub = new();
    private readonly BacklogWatch _watch;

    public BacklogWatchTests() => _watch = new BacklogWatch(_hub, _time, _log);

    public void Dispose() => _watch.Dispose();

    [Fact]
    public async Task Counts_are_made_for_those_who_look_once_a_period_and_end_with_them()
    {
        await StartAsync();
        for (int look = 0; look < 100; look++)
        {
            Assert.Equal(s_waiting, Assert.Single(_watch.Latest));
        }

        Assert.Equal(1, _hub.Counts);
        for (int count = 2; count <= BacklogWatch.Patience + 1; count++)
        {
            await StepAsync();
            Assert.Equal(count, _hub.Counts);
        }

        _time.Step();
        await _watch.StopAsync();

        Assert.Equal(BacklogWatch.Patience + 1, _hub.Counts);
        Assert.All(_time.Waits, static wait => Assert.Equal(BacklogWatch.Period, wait));
    }

    [Fact]
    public async Task Nothing_is_counted_before_somebody_looks()
    {
        _watch.Start();
        await _watch.StopAsync();

        Assert.Equal(0, _hub.Counts);
    }

    [Fact]
    public async Task What_a_store_that_fails_said_before_is_not_shown_and_it_is_asked_again()
    {
        await StartAsync();
        Assert.Single(_watch.Latest);

        _hub.Failure = new HubUnavailableException("away", new IOException());
        await StepAsync();
        Assert.Empty(_watch.Latest);
        await StepAsync();
        Assert.Contains("(backlog)", Assert.Single(_log.Entries), StringComparison.Ordinal);

        _hub.Failure = new InvalidOperationException("a defect");
        await StepAsync();
        Assert.Empty(_watch.Latest);
        Assert.Equal(2, _log.Entries.Count);

        _hub.Failure = null;
        await StepAsync();
        Assert.Single(_watch.Latest);
        await _watch.StopAsync();
    }

    // Until a count has been made for a look, and the next is waited for.
    private async Task StartAsync()
    {
        _watch.Start();
        Assert.Empty(_watch.Latest);
        await Wait.UntilAsync(() => _time.Waits.Count == 1);
    }

    private async Task StepAsync()
    {
        int waits = _time.Waits.Count;
        _time.Step();
        await Wait.UntilAsync(() => _time.Waits.Count == waits + 1);
    }

    private sealed class CountedBacklog : IHubBacklog
    {
        private int _counts;

        public int Counts => Volatile.Read(ref _counts);

        public Exception? Failure { get; set; }

        public Task<IReadOnlyList<WaitingActivities>> CountWaitingAsync(int most, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _counts);
            return Failure is null ? Task.FromResult<IReadOnlyList<WaitingActivities>>([s_waiting]) : Task.FromException<IReadOnlyList<WaitingActivities>>(Failure);
        }
    }
}
