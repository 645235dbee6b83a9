using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>What goes on while machines and versions come and go.</summary>
internal static class AvailabilityRules
{
    internal static IReadOnlyList<ManifestRule> All { get; } =
    [
        new("The api has more than one pod, and loses none by a rollout", static manifests =>
            from workload in manifests.Services
            where workload.Name == "api"
            where !(workload.Document.Number("spec/replicas") >= 2) || workload.Document.Number("spec/strategy/rollingUpdate/maxUnavailable") != 0
            select workload.Title),
        new("Every node has one disruption budget", static manifests =>
            from workload in manifests.Services
            where Budgets(manifests, workload).Count() != 1
            select workload.Title),
        new("A disruption budget lets a machine be drained", static manifests =>
            from workload in manifests.Services
            where workload.Kind == "Deployment"
            from budget in Budgets(manifests, workload)
            where !(budget.Number("spec/maxUnavailable") >= 1)
                && !(budget.Number("spec/minAvailable") >= 1 && budget.Number("spec/minAvailable") < workload.Document.Number("spec/replicas"))
            select workload.Title),
        new("A disruption budget of Jobs counts pods", static manifests =>
            from workload in manifests.Services
            where workload.Kind == "ScaledJob"
            from budget in Budgets(manifests, workload)
            where budget.At("spec/maxUnavailable") is not null || !(budget.Number("spec/minAvailable") >= workload.Document.Number("spec/maxReplicaCount"))
            select workload.Title),
        new("Pods are spread by a label that they have", static manifests =>
            from workload in manifests.Workloads
            from constraint in workload.Pod.Items("topologySpreadConstraints")
            where !workload.IsChosenBy(constraint.Texts("labelSelector/matchLabels")) || constraint.Number("maxSkew") != 1
            select workload.Title),
    ];

    private static IEnumerable<JsonObject> Budgets(ManifestSet manifests, Workload workload) =>
        manifests.OfKind("PodDisruptionBudget").Where(budget => workload.IsChosenBy(budget.Texts("spec/selector/matchLabels")));
}
