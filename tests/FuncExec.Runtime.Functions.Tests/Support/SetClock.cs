using System.Globalization;

namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>The system's clock, set forward or back; its timers run on.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    /// <summary>Sets it; it runs on from there.</summary>
    public void Set(string to) =>
        Interlocked.Exchange(ref _shift, (DateTimeOffset.Parse(to, CultureInfo.InvariantCulture) - base.GetUtcNow()).Ticks);
}
