using System.Globalization;
using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>What one pod may and has to have: the restricted profile of the pod security standards, and more.</summary>
internal static class PodRules
{
    /// <summary>What a pod has after its drain to end what has not finished, in seconds.</summary>
    private const int LeastMargin = 30;

    internal static IReadOnlyList<ManifestRule> All { get; } =
    [
        OfPods("runs as no root", static pod =>
            pod.Flag("securityContext/runAsNonRoot") == true && pod.Number("securityContext/runAsUser") > 0 && pod.Number("securityContext/runAsGroup") > 0),
        OfPods("shares nothing of the machine", static pod =>
            pod.At("hostNetwork") is null && pod.At("hostPID") is null && pod.At("hostIPC") is null
            && pod.Items("volumes").All(static volume => volume.At("hostPath") is null)
            && pod.Items("containers").All(static container => container.Items("ports").All(static port => port.At("hostPort") is null))),
        OfPods("has no token of the API server", static pod => pod.Flag("automountServiceAccountToken") == false),
        new("Service accounts hand out no token", static manifests =>
            from account in manifests.OfKind("ServiceAccount")
            where account.Flag("automountServiceAccountToken") != false
            select account.Text("metadata/name")),
        OfPods("is told no services by its environment", static pod => pod.Flag("enableServiceLinks") == false),
        OfPods("has the runtime's filter of system calls", static pod =>
            pod.Text("securityContext/seccompProfile/type") == "RuntimeDefault"
            && pod.Items("containers").All(static container => container.At("securityContext/seccompProfile") is null)),
        OfPods("has a bound on each scratch volume", static pod =>
            pod.Items("volumes").All(static volume => volume.At("emptyDir") is null || volume.Text("emptyDir/sizeLimit") is not null)),
        OfContainers("gains no privilege", static container =>
            container.Flag("securityContext/allowPrivilegeEscalation") == false && container.Flag("securityContext/privileged") == false),
        OfContainers("drops every capability", static container =>
            container.Items("securityContext/capabilities/drop") is [var only] && only.ToString() == "ALL" && container.At("securityContext/capabilities/add") is null),
        OfContainers("has a root that is only read", static container => container.Flag("securityContext/readOnlyRootFilesystem") == true),
        OfContainers("has probes at a port of its own", static container =>
            ((string[])["startupProbe", "livenessProbe", "readinessProbe"]).All(probe => IsProbe(container, container.At(probe)))),
        OfContainers("asks for resources, and has a bound on memory", static container =>
            container.At("resources/requests/cpu") is not null && container.At("resources/requests/memory") is not null && container.At("resources/limits/memory") is not null),
        OfContainers("is of a stated version", static container =>
            container.Text("image")?.Split('/')[^1].Split(':') is [_, { Length: > 0 } tag] && tag != "latest"),
        new("Probes ask what they are for", static manifests =>
            from workload in manifests.Services
            from container in workload.Containers
            where container.Text("livenessProbe/httpGet/path") != "/healthz" || container.Text("startupProbe/httpGet/path") != "/healthz"
                || container.Text("readinessProbe/httpGet/path") != "/readyz"
            select workload.Title),
        new("A pod has time to drain", static manifests =>
            from workload in manifests.Services
            let drain = manifests.Setting("FuncExec__DrainTimeout") is { } text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : TimeSpan.MaxValue
            where !(workload.Pod.Number("terminationGracePeriodSeconds") >= drain.TotalSeconds + LeastMargin)
            select workload.Title),
        new("The namespace takes restricted pods only", static manifests =>
            manifests.OfKind("Namespace").Any(static space => space.Texts("metadata/labels").GetValueOrDefault("pod-security.kubernetes.io/enforce") == "restricted")
                ? []
                : ["Namespace"]),
    ];

    private static ManifestRule OfPods(string what, Func<JsonNode?, bool> holds) => new("A pod " + what, manifests =>
        from workload in manifests.Workloads
        where !holds(workload.Pod)
        select workload.Title);

    private static ManifestRule OfContainers(string what, Func<JsonNode, bool> holds) => new("A container " + what, manifests =>
        from workload in manifests.Workloads
        from container in workload.Containers
        where !holds(container)
        select workload.Title);

    private static bool IsProbe(JsonNode container, JsonNode? probe) =>
        probe.Items("exec/command").Count > 0
        || (probe.Text("httpGet/port") is { } port && container.Items("ports").Any(entry => entry.Text("name") == port));
}
