using FuncExec.Kubernetes.Tests.Manifests;
using FuncExec.Kubernetes.Tests.Policies;

namespace FuncExec.Kubernetes.Tests;

public sealed class MutationTests
{
    public static TheoryData<int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, string>();
            for (int i = 0; i < Mutations.All.Count; i++)
            {
                cases.Add(i, Mutations.All[i].Rule);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_notices_what_breaks_it(int number, string name)
    {
        Mutation mutation = Mutations.All[number];
        ManifestRule rule = ManifestRule.All.Single(rule => rule.Name == name);
        ManifestSet manifests = Overlays.Get(mutation.Overlay).Copy();
        Assert.Empty(rule.Faults(manifests));
        mutation.Change(manifests);
        Assert.NotEmpty(rule.Faults(manifests));
    }

    [Fact]
    public void Every_rule_has_a_change_that_breaks_it() =>
        Assert.Equal(
            ManifestRule.All.Select(static rule => rule.Name).Order(StringComparer.Ordinal),
            Mutations.All.Select(static mutation => mutation.Rule).Distinct().Order(StringComparer.Ordinal));
}
