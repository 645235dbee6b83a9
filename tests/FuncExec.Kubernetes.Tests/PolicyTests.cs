using FuncExec.Kubernetes.Tests.Manifests;
using FuncExec.Kubernetes.Tests.Policies;

namespace FuncExec.Kubernetes.Tests;

public sealed class PolicyTests
{
    public static TheoryData<string> Names => [.. Overlays.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_overlay_keeps_every_rule(string overlay)
    {
        ManifestSet manifests = Overlays.Get(overlay);
        Assert.Empty(ManifestRule.All.SelectMany(rule => rule.Faults(manifests).Select(fault => $"{rule.Name}: {fault}")));
    }

    [Fact]
    public void Each_overlay_is_scaled_by_one_thing_or_none()
    {
        Assert.Equal(
            ["azure-functions: ScaledObject", "jobs: ScaledJob", "local: ScaledObject", "production: ScaledObject"],
            Overlays.Names.SelectMany(static name => Overlays.Get(name).Documents
                .Select(static document => document.Text("kind")!)
                .Where(static kind => kind.StartsWith("Scaled", StringComparison.Ordinal))
                .Select(kind => $"{name}: {kind}")).Order(StringComparer.Ordinal));
    }
}
