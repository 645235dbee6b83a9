namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>The real clock, but timers of <see cref="Never"/> fire when the test says.</summary>
internal sealed class FiredTime : TimeProvider
{
    public static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly List<(TimerCallback Callback, object? State)> _held = [];

    public void Fire()
    {
        lock (_held)
        {
            Assert.NotEmpty(_held);
            _held.ForEach(static held => held.Callback(held.State));
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Never)
        {
            lock (_held)
            {
                _held.Add((callback, state));
            }
        }

        return base.CreateTimer(callback, state, dueTime, period);
    }
}
