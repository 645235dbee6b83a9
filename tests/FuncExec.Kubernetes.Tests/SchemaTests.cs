using FuncExec.Kubernetes.Tests.Manifests;
using FuncExec.Kubernetes.Tests.Schemas;

namespace FuncExec.Kubernetes.Tests;

public sealed class SchemaTests
{
    public static TheoryData<string> Names => [.. Overlays.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_document_is_as_its_published_schema_says(string overlay)
    {
        ManifestSet manifests = Overlays.Get(overlay);
        Assert.NotEmpty(manifests.Documents);
        Assert.Empty(manifests.Documents.SelectMany(static document =>
            ManifestSchemas.Check(document).Select(error => $"{document.Text("kind")} {document.Text("metadata/name")}{error}")));
    }

    [Theory]
    [InlineData("Deployment", "api", "spec/template/spec", "servcieAccountName", "\"funcexec\"")]
    [InlineData("Deployment", "api", "spec", "replicas", "\"two\"")]
    [InlineData("NetworkPolicy", "dns", "spec", "policyTypes", "{}")]
    [InlineData("Service", "funcexec", "spec/ports/0", "port", "[]")]
    [InlineData("Ingress", "funcexec", "spec/rules/0/http/paths/0", "pathType", "null")]
    [InlineData("PodDisruptionBudget", "api", "spec", "minimumAvailable", "1")]
    [InlineData("ScaledObject", "worker", "spec", "cooldown", "30")]
    [InlineData("ScaledObject", "worker", "spec/triggers/0/metadata", "targetQueryValue", "1")]
    [InlineData("TriggerAuthentication", "funcexec-store", "spec/secretTargetRef/0", "secret", "\"x\"")]
    public void What_a_schema_does_not_allow_is_found(string kind, string name, string place, string member, string value)
    {
        JsonObject document = Overlays.Get("production").Copy().Get(kind, name);
        document.At(place)![member] = JsonNode.Parse(value);
        Assert.NotEmpty(ManifestSchemas.Check(document));
    }
}
