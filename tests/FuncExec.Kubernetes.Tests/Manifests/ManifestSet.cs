namespace FuncExec.Kubernetes.Tests.Manifests;

/// <summary>All that one overlay renders.</summary>
/// <param name="Documents">In the order in which they were rendered.</param>
/// <param name="GivenSecrets">Secret values that came from files beside the overlay, as they stand in Secrets.</param>
internal sealed record ManifestSet(List<JsonObject> Documents, IReadOnlySet<string> GivenSecrets)
{
    /// <summary>The documents of a kind.</summary>
    internal IEnumerable<JsonObject> OfKind(string kind) => Documents.Where(document => document.Text("kind") == kind);

    /// <summary>The document of a kind and a name, or null.</summary>
    internal JsonObject? Find(string kind, string? name) => OfKind(kind).FirstOrDefault(document => document.Text("metadata/name") == name);

    /// <summary>The document of a kind and a name.</summary>
    internal JsonObject Get(string kind, string name) => Find(kind, name) ?? throw new InvalidOperationException($"There is no {kind} {name}.");

    /// <summary>What makes pods.</summary>
    internal IEnumerable<Workload> Workloads =>
        from document in Documents
        let template = document.At(document.Text("kind") == "ScaledJob" ? "spec/jobTargetRef/template" : "spec/template")
        where document.Text("kind") is "Deployment" or "StatefulSet" or "ScaledJob"
        select new Workload(document, template ?? new JsonObject());

    /// <summary>Those that run FuncExec.</summary>
    internal IEnumerable<Workload> Services => Workloads.Where(static workload => workload.IsService);

    /// <summary>A setting that every node of FuncExec has.</summary>
    internal string? Setting(string name) => Find("ConfigMap", "funcexec").Texts("data").GetValueOrDefault(name);

    /// <summary>A copy that may be changed.</summary>
    internal ManifestSet Copy() => this with { Documents = [.. Documents.Select(static document => (JsonObject)document.DeepClone())] };
}
