using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>One wrong change of an overlay.</summary>
/// <param name="Rule">The rule that has to notice.</param>
/// <param name="Overlay">What is changed.</param>
/// <param name="Change">How.</param>
internal sealed record Mutation(string Rule, string Overlay, Action<ManifestSet> Change)
{
    /// <summary>Sets a member; a value of null takes it away.</summary>
    /// <param name="rule">The rule that has to notice.</param>
    /// <param name="document">Overlay, kind and name with spaces between.</param>
    /// <param name="place">Where, with slashes between.</param>
    /// <param name="member">The member there.</param>
    /// <param name="value">What it becomes, as JSON.</param>
    internal static Mutation Set(string rule, string document, string place, string member, string? value)
    {
        string[] words = document.Split(' ');
        return new Mutation(rule, words[0], manifests =>
        {
            JsonObject target = manifests.Get(words[1], words[2]);
            var parent = (JsonObject)(place.Length == 0 ? target : target.At(place)!);
            if (value is null)
            {
                Assert.True(parent.Remove(member), $"There is no {member} to take away.");
            }
            else
            {
                parent[member] = JsonNode.Parse(value);
            }
        });
    }

    /// <summary>Takes a document away.</summary>
    internal static Mutation Remove(string rule, string document)
    {
        string[] words = document.Split(' ');
        return new Mutation(rule, words[0], manifests => Assert.True(manifests.Documents.Remove(manifests.Get(words[1], words[2]))));
    }
}
