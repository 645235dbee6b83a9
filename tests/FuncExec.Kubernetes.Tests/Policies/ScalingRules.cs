using System.Text.RegularExpressions;
using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>KEDA asks the right question of the right store, and scales what is there.</summary>
internal static partial class ScalingRules
{
    private const string DurableTask = "AzureFunctionsJobHost__extensions__durableTask__";

    internal static IReadOnlyList<ManifestRule> All { get; } =
    [
        new("A scaled object has a target whose number is its own", static manifests =>
            from scaled in manifests.OfKind("ScaledObject")
            let target = manifests.Find(scaled.Text("spec/scaleTargetRef/kind") ?? "", scaled.Text("spec/scaleTargetRef/name"))
            where target is null || target.At("spec/replicas") is not null
            select scaled.Text("metadata/name")),
        new("Workers are scaled from none to a bound", static manifests =>
            from scaled in Scaled(manifests)
            where scaled.Number("spec/minReplicaCount") != 0 || !(scaled.Number("spec/maxReplicaCount") > 1)
            select scaled.Text("metadata/name")),
        new("Workers outlive gaps in the work", static manifests =>
            from scaled in manifests.OfKind("ScaledObject")
            let polling = scaled.Number("spec/pollingInterval")
            where !(scaled.Number("spec/cooldownPeriod") >= 6 * polling)
                || !(scaled.Number("spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds") >= 6 * polling)
            select scaled.Text("metadata/name")),
        new("A trigger's authentication is there, and is of its kind", static manifests =>
            from scaled in Scaled(manifests)
            from trigger in scaled.Items("spec/triggers")
            let authentication = manifests.Find("TriggerAuthentication", trigger.Text("authenticationRef/name"))
            let parameter = trigger.Text("type") == "mssql" ? "connectionString" : "connection"
            where authentication.Items("spec/secretTargetRef") is not [var only] || only.Text("parameter") != parameter
                || (manifests.OfKind("Secret").Any() && !manifests.Find("Secret", only.Text("name")).Texts("data").ContainsKey(only.Text("key") ?? ""))
            select scaled.Text("metadata/name")),
        new("A trigger's answer is a number of workers", static manifests =>
            from scaled in Scaled(manifests)
            from trigger in scaled.Items("spec/triggers")
            let prefix = trigger.Text("type") == "mssql" ? "arget" : "argetQuery"
            where trigger.Text($"metadata/t{prefix}Value") != "1" || trigger.Text($"metadata/activationT{prefix}Value") != "0"
                || (scaled.Text("kind") == "ScaledObject" && trigger.Text("metricType") != "AverageValue")
            select scaled.Text("metadata/name")),
        new("A query asks for the hub, labels and slots that the workers have", static manifests =>
            from scaled in Scaled(manifests)
            let worker = manifests.Workloads.FirstOrDefault(static workload => workload.Name == "worker")
            from trigger in scaled.Items("spec/triggers")
            where worker is null || !Asks(manifests, worker, trigger)
            select scaled.Text("metadata/name")),
        new("A worker that is a Job ends when it is idle, and is the only worker", static manifests =>
            from scaled in manifests.OfKind("ScaledJob")
            let pod = scaled.At("spec/jobTargetRef/template/spec")
            where pod.Text("restartPolicy") != "Never" || scaled.Number("spec/jobTargetRef/backoffLimit") != 0
                || scaled.At("spec/jobTargetRef/activeDeadlineSeconds") is not null || scaled.Text("spec/rollout/strategy") != "gradual"
                || pod.Items("containers/0/args") is not [var option, _] || option.ToString() != "--exit-when-idle"
                || manifests.Find("Deployment", "worker") is not null
            select scaled.Text("metadata/name")),
    ];

    private static IEnumerable<JsonObject> Scaled(ManifestSet manifests) => manifests.OfKind("ScaledObject").Concat(manifests.OfKind("ScaledJob"));

    private static bool Asks(ManifestSet manifests, Workload worker, JsonNode trigger)
    {
        string query = trigger.Text("metadata/query") ?? "";
        if (trigger.Text("type") == "mssql")
        {
            Match official = OfficialQuery().Match(query);
            return official.Success
                && official.Groups["turns"].Value == manifests.Setting(DurableTask + "maxConcurrentOrchestratorFunctions")
                && official.Groups["activities"].Value == manifests.Setting(DurableTask + "maxConcurrentActivityFunctions");
        }

        Match ours = Query().Match(query);
        HashSet<string> labels = [.. ours.Groups["labels"].Value.Split(',')];
        return trigger.Text("type") == "postgresql" && ours.Success
            && ours.Groups["hub"].Value == manifests.Setting(DurableTask + "hubName")
            && ours.Groups["schema"].Value == ours.Groups["hub"].Value.ToLowerInvariant().Replace('-', '_')
            && ours.Groups["slots"].Value == worker.Variable("MAX_CONCURRENT_TASKS")
            && labels.IsSupersetOf(worker.Variable("FuncExec__Labels")?.Split(',') ?? ["?"])
            && labels.IsSupersetOf(ByThemselves(worker));
    }

    // What a node on such a machine has without a setting.
    private static IEnumerable<string> ByThemselves(Workload worker)
    {
        JsonNode? selector = worker.Pod.At("nodeSelector");
        string machine = selector?["kubernetes.io/arch"]?.ToString() ?? "";
        return [$"os={selector?["kubernetes.io/os"]}", $"arch={(machine == "amd64" ? "x64" : machine)}", "executor=command", "executor=http"];
    }

    /// <summary>How KEDA asks.</summary>
    [GeneratedRegex(@"^SELECT funcexec_(?<schema>[a-z0-9_]+)\.scale_recommendation\('(?<hub>[^']+)', '(?<labels>[^']*)', (?<slots>[1-9][0-9]*)\)$")]
    internal static partial Regex Query();

    [GeneratedRegex(@"^SELECT dt\.GetScaleRecommendation\((?<turns>[1-9][0-9]*), (?<activities>[1-9][0-9]*)\)$")]
    private static partial Regex OfficialQuery();
}
