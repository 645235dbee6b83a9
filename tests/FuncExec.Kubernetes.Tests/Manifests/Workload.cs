namespace FuncExec.Kubernetes.Tests.Manifests;

/// <summary>What makes pods.</summary>
/// <param name="Document">The Deployment, StatefulSet or ScaledJob.</param>
/// <param name="Template">Its pods.</param>
internal sealed record Workload(JsonObject Document, JsonNode Template)
{
    internal string Kind => Document.Text("kind") ?? "";

    internal string Name => Document.Text("metadata/name") ?? "";

    internal string Title => $"{Kind} {Name}";

    internal IReadOnlyDictionary<string, string> Labels => Template.Texts("metadata/labels");

    internal JsonNode? Pod => Template.At("spec");

    internal IReadOnlyList<JsonNode> Containers => [.. Pod.Items("containers"), .. Pod.Items("initContainers")];

    /// <summary>Whether it runs FuncExec, not the database.</summary>
    internal bool IsService => Labels.GetValueOrDefault("app.kubernetes.io/part-of") == "funcexec";

    /// <summary>The value that a variable has in the manifest itself.</summary>
    internal string? Variable(string name) =>
        Containers.SelectMany(static container => container.Items("env")).FirstOrDefault(entry => entry.Text("name") == name).Text("value");

    /// <summary>Whether a selector's labels choose its pods.</summary>
    internal bool IsChosenBy(IReadOnlyDictionary<string, string> selector) =>
        selector.All(pair => Labels.GetValueOrDefault(pair.Key) == pair.Value);
}
