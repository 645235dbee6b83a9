using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>What a run with real workers came to.</summary>
/// <param name="Result">The same as of a run with model workers, in simulated time.</param>
/// <param name="Repeated">Commands whose work was done to its end more than once.</param>
/// <param name="Workers">Processes of workers that were started.</param>
/// <param name="Compression">How much faster simulated time passed than real time.</param>
/// <param name="RealTime">How long the run took, from the beginning of simulated time.</param>
public sealed record RealResult(SimulationResult Result, int Repeated, int Workers, double Compression, TimeSpan RealTime)
{
    /// <summary>From the first command's arrival to its start, in real time.</summary>
    public TimeSpan FirstStart => Result.FirstStart / Compression;
}
