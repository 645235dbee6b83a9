namespace FuncExec.Runtime.Functions.Front;

/// <summary>The bounds of requests.</summary>
/// <param name="MaxBodySize">The largest body that a function takes without saying otherwise, in bytes.</param>
internal sealed record FrontLimits(long MaxBodySize)
{
    /// <summary>32 MiB.</summary>
    public static FrontLimits Default { get; } = new(32 * 1024 * 1024);
}
