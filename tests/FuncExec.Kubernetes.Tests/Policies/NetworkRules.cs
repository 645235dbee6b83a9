using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>Who may speak with whom: what is needed, and nothing else.</summary>
internal static class NetworkRules
{
    internal static IReadOnlyList<ManifestRule> All { get; } =
    [
        new("Nothing is let in or out that no policy names", static manifests =>
            manifests.OfKind("NetworkPolicy").Any(static policy =>
                policy.At("spec/podSelector") is JsonObject { Count: 0 } && policy.At("spec/ingress") is null && policy.At("spec/egress") is null
                && Directions(policy).SetEquals(["Ingress", "Egress"]))
                ? []
                : ["There is no policy that denies all."]),
        new("A policy chooses pods that are there, for directions that it rules", static manifests =>
            from policy in manifests.OfKind("NetworkPolicy")
            let selector = policy.Texts("spec/podSelector/matchLabels")
            where !manifests.Workloads.Any(workload => workload.IsChosenBy(selector))
                || (policy.At("spec/ingress") is not null && !Directions(policy).Contains("Ingress"))
                || (policy.At("spec/egress") is not null && !Directions(policy).Contains("Egress"))
            select policy.Text("metadata/name")),
        new("A policy names its peers and ports", static manifests =>
            from policy in manifests.OfKind("NetworkPolicy")
            where Rules(policy, "ingress", "from").Concat(Rules(policy, "egress", "to")).Any(static rule =>
                rule.Ports.Count == 0 || rule.Ports.Any(static port => port.At("port") is null) || rule.Peers.Count == 0 || rule.Peers.Any(IsAnybody))
            select policy.Text("metadata/name")),
        new("A policy lets in at a port that its pods have", static manifests =>
            from policy in manifests.OfKind("NetworkPolicy")
            from port in Rules(policy, "ingress", "from").SelectMany(static rule => rule.Ports)
            where !Chosen(manifests, policy).All(workload => workload.Containers.Any(container => container.Items("ports").Any(entry => entry.Text("name") == port.Text("port"))))
            select policy.Text("metadata/name")),
        new("Only those who collect figures reach a worker", static manifests =>
            from policy in manifests.OfKind("NetworkPolicy")
            where policy.At("spec/ingress") is not null && Chosen(manifests, policy).Any(static workload => workload.Name == "worker")
            where Rules(policy, "ingress", "from").SelectMany(static rule => rule.Peers).Any(static peer =>
                peer.Texts("namespaceSelector/matchLabels").GetValueOrDefault("funcexec/metrics") != "true")
            select policy.Text("metadata/name")),
        new("Callers reach the api", static manifests =>
            Lets(manifests, "api", "ingress", "from", static peer => peer.Texts("podSelector/matchLabels").GetValueOrDefault("funcexec/client") == "true")
                ? []
                : ["api"]),
        new("The ingress controller reaches the api", static manifests =>
            !manifests.OfKind("Ingress").Any()
            || Lets(manifests, "api", "ingress", "from", static peer => peer.Texts("namespaceSelector/matchLabels").GetValueOrDefault("kubernetes.io/metadata.name") == "ingress-nginx")
                ? []
                : ["api"]),
        new("Every node finds names", static manifests =>
            from workload in manifests.Services
            where !Lets(manifests, workload.Name, "egress", "to", static peer => peer.Texts("podSelector/matchLabels").GetValueOrDefault("k8s-app") == "kube-dns", 53)
            select workload.Title),
        new("Every node reaches the store", static manifests =>
            from workload in manifests.Services
            let port = manifests.Setting("FUNCTIONS_WORKER_RUNTIME") is null ? 5432 : 1433
            let isInside = manifests.Find("StatefulSet", "postgresql") is not null
            where !Lets(manifests, workload.Name, "egress", "to", peer => !isInside || peer.Texts("podSelector/matchLabels").GetValueOrDefault("app.kubernetes.io/name") == "postgresql", port)
            select workload.Title),
        new("The store inside lets in its nodes and KEDA, and speaks to nobody", static manifests =>
            manifests.Find("StatefulSet", "postgresql") is null
            || (Lets(manifests, "postgresql", "ingress", "from", static peer => peer.Texts("podSelector/matchLabels").GetValueOrDefault("app.kubernetes.io/part-of") == "funcexec")
                && Lets(manifests, "postgresql", "ingress", "from", static peer =>
                    peer.Texts("podSelector/matchLabels").GetValueOrDefault("app") == "keda-operator"
                    && peer.Texts("namespaceSelector/matchLabels").GetValueOrDefault("kubernetes.io/metadata.name") == "keda")
                && !Lets(manifests, "postgresql", "egress", "to", static _ => true))
                ? []
                : ["postgresql"]),
    ];

    private static HashSet<string> Directions(JsonObject policy) => [.. policy.Items("spec/policyTypes").Select(static type => type.ToString())];

    private static IEnumerable<Workload> Chosen(ManifestSet manifests, JsonObject policy) =>
        manifests.Workloads.Where(workload => workload.IsChosenBy(policy.Texts("spec/podSelector/matchLabels")));

    private static IEnumerable<(IReadOnlyList<JsonNode> Peers, IReadOnlyList<JsonNode> Ports)> Rules(JsonObject policy, string direction, string peers) =>
        policy.Items("spec/" + direction).Select(rule => (rule.Items(peers), rule.Items("ports")));

    private static bool Lets(ManifestSet manifests, string workload, string direction, string peers, Func<JsonNode, bool> isPeer, long? port = null) =>
        manifests.OfKind("NetworkPolicy")
            .Where(policy => Chosen(manifests, policy).Any(chosen => chosen.Name == workload))
            .SelectMany(policy => Rules(policy, direction, peers))
            .Any(rule => rule.Peers.Any(isPeer) && (port is null || rule.Ports.Any(entry => entry.Number("port") == port)));

    private static bool IsAnybody(JsonNode peer) =>
        peer.Text("ipBlock/cidr") is { } cidr
            ? cidr.EndsWith("/0", StringComparison.Ordinal)
            : peer.Texts("podSelector/matchLabels").Count == 0 && peer.Texts("namespaceSelector/matchLabels").Count == 0;
}
