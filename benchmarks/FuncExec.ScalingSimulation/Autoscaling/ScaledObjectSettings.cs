namespace FuncExec.ScalingSimulation.Autoscaling;

/// <summary>What a ScaledObject says; the defaults are those of <c>k8s-keda/components/keda</c>.</summary>
public sealed record ScaledObjectSettings
{
    /// <summary>The most workers.</summary>
    public int MaxReplicas { get; init; } = 20;

    /// <summary>How often KEDA looks whether there is work at all.</summary>
    public TimeSpan PollingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long there is no work before the last worker ends.</summary>
    public TimeSpan CooldownPeriod { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long the HPA remembers a higher recommendation before it ends workers.</summary>
    public TimeSpan ScaleDownWindow { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How fast it starts workers; the most permissive counts.</summary>
    public IReadOnlyList<ScalingPolicy> ScaleUp { get; init; } =
        [new(IsPercent: true, 100, TimeSpan.FromSeconds(15)), new(IsPercent: false, 8, TimeSpan.FromSeconds(15))];

    /// <summary>How fast it ends them; the most permissive counts.</summary>
    public IReadOnlyList<ScalingPolicy> ScaleDown { get; init; } =
        [new(IsPercent: true, 25, TimeSpan.FromSeconds(60)), new(IsPercent: false, 1, TimeSpan.FromSeconds(60))];
}
