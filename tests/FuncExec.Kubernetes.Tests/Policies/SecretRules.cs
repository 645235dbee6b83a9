using System.Text.RegularExpressions;
using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>No secret stands in a manifest.</summary>
internal static partial class SecretRules
{
    internal static IReadOnlyList<ManifestRule> All { get; } =
    [
        new("A variable that names a secret refers to one", static manifests =>
            from workload in manifests.Workloads
            from container in workload.Containers
            from variable in container.Items("env")
            where SecretName().IsMatch(variable.Text("name") ?? "") && variable.Text("valueFrom/secretKeyRef/name") is null
            select $"{workload.Title}: {variable.Text("name")}"),
        new("No ConfigMap has a setting that names a secret", static manifests =>
            from map in manifests.OfKind("ConfigMap")
            from name in map.Texts("data").Keys
            where SecretName().IsMatch(name)
            select $"{map.Text("metadata/name")}: {name}"),
        new("No text holds a password", static manifests =>
            from document in manifests.Documents
            where document.Text("kind") != "Secret" && document.AllTexts().Any(static text => SecretText().IsMatch(text))
            select $"{document.Text("kind")} {document.Text("metadata/name")}"),
        new("A Secret comes from a file beside", static manifests =>
            from secret in manifests.OfKind("Secret")
            where secret.At("stringData") is not null || secret.Texts("data").Values.Any(value => !manifests.GivenSecrets.Contains(value))
            select secret.Text("metadata/name")),
        new("A rendered Secret has each key that is asked for", static manifests =>
            from workload in manifests.Workloads
            from reference in workload.Containers.SelectMany(static container => container.Items("env")).Select(static variable => variable.At("valueFrom/secretKeyRef"))
            where reference is not null && manifests.OfKind("Secret").Any()
                && !manifests.Find("Secret", reference.Text("name")).Texts("data").ContainsKey(reference.Text("key") ?? "")
            select $"{workload.Title}: {reference}"),
    ];

    [GeneratedRegex(@"password|secret(?!StorageType)|token|_key$|^ConnectionStrings__|_connection$|^AzureWebJobsStorage$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"(password|pwd|accountkey|sharedaccesskey)\s*=\s*[^\s;$]|://[^/\s:@]+:[^/\s@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex SecretText();
}
