namespace FuncExec.Runtime.PostgresStore.Tests;

public sealed class ServerClockTests
{
    private static readonly DateTimeOffset s_server = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MovedTime _machine = new();

    [Fact]
    public void Before_the_first_look_it_is_the_machines() => Assert.Equal(_machine.GetUtcNow(), new ServerClock(_machine).Now);

    [Fact]
    public void It_goes_on_by_the_monotonic_clock_whatever_the_machine_says_the_time_is()
    {
        var clock = new ServerClock(_machine);
        Look(clock, s_server, took: TimeSpan.FromMilliseconds(10));
        _machine.Pass(TimeSpan.FromSeconds(3));
        _machine.Set(TimeSpan.FromHours(-5));

        Assert.Equal(s_server.AddSeconds(3).AddMilliseconds(5), clock.Now);
    }

    [Fact]
    public void A_slow_answer_counts_only_for_want_of_a_better_one()
    {
        var clock = new ServerClock(_machine);
        Look(clock, s_server, took: TimeSpan.FromSeconds(2));
        Assert.Equal(s_server.AddSeconds(1), clock.Now);

        Look(clock, s_server.AddSeconds(100), took: TimeSpan.Zero);
        Look(clock, s_server.AddSeconds(500), took: TimeSpan.FromSeconds(2));
        Assert.Equal(s_server.AddSeconds(102), clock.Now);

        _machine.Pass(TimeSpan.FromMinutes(1));
        Look(clock, s_server.AddSeconds(500), took: TimeSpan.FromSeconds(2));
        Assert.Equal(s_server.AddSeconds(501), clock.Now);
    }

    private void Look(ServerClock clock, DateTimeOffset server, TimeSpan took)
    {
        long asked = clock.Ask();
        _machine.Pass(took);
        clock.Set(asked, server);
    }

    private sealed class MovedTime : TimeProvider
    {
        private TimeSpan _passed;
        private TimeSpan _shift;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _passed += time;

        public void Set(TimeSpan shift) => _shift = shift;

        public override long GetTimestamp() => _passed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _passed + _shift;
    }
}
