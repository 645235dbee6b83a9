using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>What every overlay has to be like.</summary>
/// <param name="Name">A sentence's subject and verb, as tests show it.</param>
/// <param name="Faults">Says for each fault where it is; nothing when all is well.</param>
internal sealed record ManifestRule(string Name, Func<ManifestSet, IEnumerable<string>> Faults)
{
    /// <summary>All rules.</summary>
    internal static IReadOnlyList<ManifestRule> All { get; } =
        [.. PodRules.All, .. ReferenceRules.All, .. SecretRules.All, .. NetworkRules.All, .. AvailabilityRules.All, .. ScalingRules.All];
}
