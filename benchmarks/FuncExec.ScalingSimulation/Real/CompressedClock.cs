using System.Diagnostics;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>Simulated time that passes faster than real time by a factor, and may be moved on past what nothing happens in.</summary>
/// <param name="compression">The factor.</param>
internal sealed class CompressedClock(double compression)
{
    /// <summary>A wait looks so often whether time was moved on.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _skipped;

    /// <summary>The simulated time since the beginning.</summary>
    internal TimeSpan Now => (Real * compression) + TimeSpan.FromTicks(Interlocked.Read(ref _skipped));

    /// <summary>The real time since the beginning.</summary>
    internal TimeSpan Real => Stopwatch.GetElapsedTime(_start);

    /// <summary>When, by the machine's clock, it is so late, if time is not moved on before.</summary>
    internal DateTimeOffset RealTimeOf(TimeSpan simulated) => DateTimeOffset.UtcNow + ((simulated - Now) / compression);

    /// <summary>Moves the time on; never back.</summary>
    internal void SkipTo(TimeSpan simulated) => Interlocked.Add(ref _skipped, Math.Max(0, (simulated - Now).Ticks));

    /// <summary>Waits until it is so late.</summary>
    internal async Task UntilAsync(TimeSpan simulated, CancellationToken cancellationToken)
    {
        while ((simulated - Now) / compression is { Ticks: > 0 } left)
        {
            await Task.Delay(left < s_look ? left : s_look, cancellationToken).ConfigureAwait(false);
        }
    }
}
