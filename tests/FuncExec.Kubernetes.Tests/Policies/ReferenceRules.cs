using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>What one document says of another is so.</summary>
internal static class ReferenceRules
{
    internal static IReadOnlyList<ManifestRule> All { get; } =
    [
        new("Everything is in one namespace", static manifests =>
            from document in manifests.Documents
            where document.Text("kind") == "Namespace" ? document.Text("metadata/name") != "funcexec" : document.Text("metadata/namespace") != "funcexec"
            select document.Text("metadata/name")),
        new("A selector chooses the pods of its own document", static manifests =>
            from workload in manifests.Workloads
            where workload.Kind != "ScaledJob"
            let selector = workload.Document.Texts("spec/selector/matchLabels")
            where selector.Count == 0 || !workload.IsChosenBy(selector) || manifests.Workloads.Count(other => other.IsChosenBy(selector)) != 1
            select workload.Title),
        new("A service leads to a port of one workload", static manifests =>
            from service in manifests.OfKind("Service")
            let chosen = manifests.Workloads.Where(workload => workload.IsChosenBy(service.Texts("spec/selector"))).ToList()
            where chosen.Count != 1 || service.Texts("spec/selector").Count == 0
                || service.Items("spec/ports").Any(port => !HasPort(chosen[0], port.Text("targetPort")))
            select service.Text("metadata/name")),
        new("An ingress leads to a port of a service, with TLS for each host", static manifests =>
            from ingress in manifests.OfKind("Ingress")
            let secure = ingress.Items("spec/tls").SelectMany(static tls => tls.Items("hosts")).Select(static host => host.ToString()).ToHashSet()
            where ingress.Items("spec/rules").Any(rule => rule.Text("host") is not { } host || !secure.Contains(host)
                || rule.Items("http/paths").Any(path => !LeadsToService(manifests, path.At("backend/service"))))
            select ingress.Text("metadata/name")),
        new("A mounted volume, a ConfigMap and an account are there", static manifests =>
            from workload in manifests.Workloads
            let volumes = workload.Pod.Items("volumes").Concat(workload.Document.Items("spec/volumeClaimTemplates").Select(static claim => claim.At("metadata")))
                .Select(static volume => volume.Text("name")).ToHashSet()
            let maps = workload.Containers.SelectMany(static container => container.Items("envFrom")).Select(static source => source.Text("configMapRef/name"))
                .Concat(workload.Pod.Items("volumes").Select(static volume => volume.Text("configMap/name"))).OfType<string>()
            where workload.Containers.SelectMany(static container => container.Items("volumeMounts")).Any(mount => !volumes.Contains(mount.Text("name")))
                || maps.Any(map => manifests.Find("ConfigMap", map) is null)
                || (workload.Pod.Text("serviceAccountName") is { } account && manifests.Find("ServiceAccount", account) is null)
            select workload.Title),
        new("The service writes where volumes are", static manifests =>
            from workload in manifests.Services
            let places = workload.Containers[0].Items("volumeMounts").Where(static mount => mount.Flag("readOnly") != true).Select(static mount => mount.Text("mountPath")).ToHashSet()
            where !places.Contains(manifests.Setting("FuncExec__DataDirectory")) || !places.Contains("/tmp")
            select workload.Title),
        new("The service listens where its port says", static manifests =>
            from workload in manifests.Services
            let address = manifests.Setting("ASPNETCORE_URLS")
            where !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Host != "0.0.0.0"
                || workload.Containers[0].Items("ports").All(port => port.Number("containerPort") != uri.Port)
            select workload.Title),
        new("The service knows the names it is called by", static manifests =>
            IsOfficialHost(manifests) ? [] :
            from name in manifests.OfKind("Ingress").SelectMany(static ingress => ingress.Items("spec/rules")).Select(static rule => rule.Text("host") ?? "")
                .Append("funcexec").Append("funcexec.funcexec.svc.cluster.local")
            where !(manifests.Setting("FuncExec__Http__AllowedHosts") ?? "").Split(',').Contains(name)
            select name),
        new("The hub's connection string is given", static manifests =>
            from workload in manifests.Services
            let name = manifests.Setting(Hub + "connectionStringName")
            let variable = IsOfficialHost(manifests) ? name : "ConnectionStrings__" + name
            where manifests.Setting(Hub + "type") != (IsOfficialHost(manifests) ? "mssql" : "postgresql")
                || workload.Containers[0].Items("env").All(entry => entry.Text("name") != variable)
            select workload.Title),
    ];

    private const string Hub = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__";

    private static bool IsOfficialHost(ManifestSet manifests) => manifests.Setting("FUNCTIONS_WORKER_RUNTIME") is not null;

    private static bool HasPort(Workload workload, string? name) =>
        workload.Containers.Any(container => container.Items("ports").Any(port => port.Text("name") == name));

    private static bool LeadsToService(ManifestSet manifests, JsonNode? backend) =>
        manifests.Find("Service", backend.Text("name")).Items("spec/ports").Any(port => port.Text("name") == backend.Text("port/name"));
}
