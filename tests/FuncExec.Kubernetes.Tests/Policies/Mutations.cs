using FuncExec.Kubernetes.Tests.Manifests;

namespace FuncExec.Kubernetes.Tests.Policies;

/// <summary>For each rule, changes that break it.</summary>
internal static class Mutations
{
    private const string Api = "production Deployment api";
    private const string Worker = "production Deployment worker";
    private const string Pod = "spec/template/spec";
    private const string Container = Pod + "/containers/0";
    private const string Security = Container + "/securityContext";
    private const string Config = "production ConfigMap funcexec";
    private const string Scaled = "production ScaledObject worker";
    private const string Trigger = "spec/triggers/0/metadata";
    private const string Jobs = "jobs ScaledJob worker";
    private const string JobPod = "spec/jobTargetRef/template/spec";

    internal static IReadOnlyList<Mutation> All { get; } = [.. Pods, .. References, .. Secrets, .. Network, .. Availability, .. Scaling];

    private static Mutation[] Pods =>
    [
        Mutation.Set("A pod runs as no root", Worker, Pod + "/securityContext", "runAsNonRoot", "false"),
        Mutation.Set("A pod runs as no root", Api, Pod + "/securityContext", "runAsUser", "0"),
        Mutation.Set("A pod runs as no root", "local StatefulSet postgresql", Pod + "/securityContext", "runAsGroup", null),
        Mutation.Set("A pod runs as no root", Jobs, JobPod, "securityContext", null),
        Mutation.Set("A pod shares nothing of the machine", Worker, Pod, "hostNetwork", "true"),
        Mutation.Set("A pod shares nothing of the machine", Worker, Pod + "/volumes/0", "hostPath", """{"path":"/"}"""),
        Mutation.Set("A pod shares nothing of the machine", Api, Container + "/ports/0", "hostPort", "80"),
        Mutation.Set("A pod has no token of the API server", Worker, Pod, "automountServiceAccountToken", null),
        Mutation.Set("Service accounts hand out no token", "production ServiceAccount funcexec", "", "automountServiceAccountToken", "true"),
        Mutation.Set("A pod is told no services by its environment", Worker, Pod, "enableServiceLinks", null),
        Mutation.Set("A pod has the runtime's filter of system calls", Worker, Pod + "/securityContext/seccompProfile", "type", "\"Unconfined\""),
        Mutation.Set("A pod has the runtime's filter of system calls", Worker, Security, "seccompProfile", """{"type":"Unconfined"}"""),
        Mutation.Set("A pod has a bound on each scratch volume", Worker, Pod + "/volumes/0", "emptyDir", "{}"),
        Mutation.Set("A container gains no privilege", Worker, Security, "privileged", "true"),
        Mutation.Set("A container gains no privilege", Api, Security, "allowPrivilegeEscalation", null),
        Mutation.Set("A container drops every capability", Worker, Security + "/capabilities", "drop", """["NET_RAW"]"""),
        Mutation.Set("A container drops every capability", Worker, Security + "/capabilities", "add", """["SYS_ADMIN"]"""),
        Mutation.Set("A container has a root that is only read", Worker, Security, "readOnlyRootFilesystem", "false"),
        Mutation.Set("A container has probes at a port of its own", Worker, Container, "readinessProbe", null),
        Mutation.Set("A container has probes at a port of its own", Api, Container + "/livenessProbe/httpGet", "port", "\"https\""),
        Mutation.Set("A container asks for resources, and has a bound on memory", Worker, Container + "/resources/limits", "memory", null),
        Mutation.Set("A container asks for resources, and has a bound on memory", Api, Container + "/resources", "requests", null),
        Mutation.Set("A container is of a stated version", Worker, Container, "image", "\"registry.example.com/funcexec/worker:latest\""),
        Mutation.Set("A container is of a stated version", Api, Container, "image", "\"registry.example.com:5000/funcexec/service\""),
        Mutation.Set("Probes ask what they are for", Worker, Container + "/livenessProbe/httpGet", "path", "\"/readyz\""),
        Mutation.Set("A pod has time to drain", Worker, Pod, "terminationGracePeriodSeconds", "600"),
        Mutation.Set("A pod has time to drain", Jobs, JobPod, "terminationGracePeriodSeconds", null),
        Mutation.Set("A pod has time to drain", Config, "data", "FuncExec__DrainTimeout", "\"00:11:00\""),
        Mutation.Set("The namespace takes restricted pods only", "production Namespace funcexec", "metadata", "labels", "{}"),
    ];

    private static Mutation[] References =>
    [
        Mutation.Set("Everything is in one namespace", Scaled, "metadata", "namespace", "\"default\""),
        Mutation.Set("A selector chooses the pods of its own document", Worker, "spec/selector", "matchLabels", """{"app.kubernetes.io/name":"api"}"""),
        Mutation.Set("A selector chooses the pods of its own document", Api, "spec/selector", "matchLabels", """{"app.kubernetes.io/part-of":"funcexec"}"""),
        Mutation.Set("A service leads to a port of one workload", "production Service funcexec", "spec/ports/0", "targetPort", "\"web\""),
        Mutation.Set("A service leads to a port of one workload", "production Service funcexec", "spec", "selector", """{"app.kubernetes.io/part-of":"funcexec"}"""),
        Mutation.Set("An ingress leads to a port of a service, with TLS for each host", "production Ingress funcexec", "spec", "tls", "[]"),
        Mutation.Set("An ingress leads to a port of a service, with TLS for each host", "production Ingress funcexec", "spec/rules/0/http/paths/0/backend/service", "name", "\"api\""),
        Mutation.Set("A mounted volume, a ConfigMap and an account are there", Worker, Pod + "/volumes/0", "name", "\"other\""),
        Mutation.Remove("A mounted volume, a ConfigMap and an account are there", "local ConfigMap postgresql-init"),
        Mutation.Remove("A mounted volume, a ConfigMap and an account are there", "local ServiceAccount funcexec"),
        Mutation.Set("The service writes where volumes are", Config, "data", "FuncExec__DataDirectory", "\"/var/lib/funcexec\""),
        Mutation.Set("The service writes where volumes are", Worker, Container + "/volumeMounts/1", "readOnly", "true"),
        Mutation.Set("The service listens where its port says", Config, "data", "ASPNETCORE_URLS", "\"http://0.0.0.0:8080\""),
        Mutation.Set("The service listens where its port says", Config, "data", "ASPNETCORE_URLS", "\"http://127.0.0.1:7071\""),
        Mutation.Set("The service knows the names it is called by", Config, "data", "FuncExec__Http__AllowedHosts", "\"funcexec,funcexec.funcexec.svc.cluster.local\""),
        Mutation.Set("The hub's connection string is given", Config, "data", "AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName", "\"Other\""),
        Mutation.Set("The hub's connection string is given", "azure-functions Deployment worker", Container, "env", "[]"),
    ];

    private static Mutation[] Secrets =>
    [
        new("A variable that names a secret refers to one", "production", static manifests =>
        {
            JsonObject key = manifests.Get("Deployment", "worker").At(Container).Items("env").OfType<JsonObject>().Single(static entry => entry.Text("name") == "FUNCEXEC_KEY");
            key.Remove("valueFrom");
            key["value"] = "0123456789";
        }),
        Mutation.Set("No ConfigMap has a setting that names a secret", Config, "data", "ConnectionStrings__PostgreSQL", "\"Host=db\""),
        Mutation.Set("No text holds a password", Config, "data", "Store", "\"Host=db;Username=u;Password=p\""),
        Mutation.Set("No text holds a password", Scaled, Trigger, "connection", "\"postgresql://u:p@db/funcexec\""),
        Mutation.Set("A Secret comes from a file beside", "local Secret funcexec-key", "data", "key", "\"aHVudGVyMg==\""),
        Mutation.Set("A Secret comes from a file beside", "local Secret funcexec-key", "", "stringData", """{"key":"hunter2"}"""),
        Mutation.Set("A rendered Secret has each key that is asked for", "local Secret funcexec-postgresql", "data", "connectionString", null),
    ];

    private static Mutation[] Network =>
    [
        Mutation.Remove("Nothing is let in or out that no policy names", "production NetworkPolicy default-deny"),
        Mutation.Set("Nothing is let in or out that no policy names", "production NetworkPolicy default-deny", "spec", "policyTypes", """["Ingress"]"""),
        Mutation.Set("A policy chooses pods that are there, for directions that it rules", "production NetworkPolicy dns", "spec/podSelector", "matchLabels", """{"app":"funcexec"}"""),
        Mutation.Set("A policy chooses pods that are there, for directions that it rules", "production NetworkPolicy dns", "spec", "policyTypes", """["Ingress"]"""),
        Mutation.Set("A policy names its peers and ports", "production NetworkPolicy store", "spec/egress/0/to/0/ipBlock", "cidr", "\"0.0.0.0/0\""),
        Mutation.Set("A policy names its peers and ports", "production NetworkPolicy metrics", "spec/ingress/0/from/0", "namespaceSelector", "{}"),
        Mutation.Set("A policy names its peers and ports", "production NetworkPolicy dns", "spec/egress/0", "ports", null),
        Mutation.Set("A policy lets in at a port that its pods have", "production NetworkPolicy api-from-clients", "spec/ingress/0/ports/0", "port", "\"https\""),
        Mutation.Set("Only those who collect figures reach a worker", "production NetworkPolicy api-from-clients", "spec/podSelector", "matchLabels", """{"app.kubernetes.io/part-of":"funcexec"}"""),
        Mutation.Remove("Callers reach the api", "production NetworkPolicy api-from-clients"),
        Mutation.Remove("The ingress controller reaches the api", "production NetworkPolicy api-from-ingress"),
        Mutation.Set("Every node finds names", "production NetworkPolicy dns", "spec/podSelector/matchLabels", "app.kubernetes.io/name", "\"api\""),
        Mutation.Set("Every node reaches the store", "production NetworkPolicy store", "spec/egress/0/ports/0", "port", "6432"),
        Mutation.Remove("Every node reaches the store", "azure-functions NetworkPolicy store"),
        Mutation.Set("Every node reaches the store", "local NetworkPolicy store", "spec/egress/0/to/0/podSelector", "matchLabels", """{"app":"pg"}"""),
        Mutation.Remove("The store inside lets in its nodes and KEDA, and speaks to nobody", "local NetworkPolicy postgresql"),
        Mutation.Set("The store inside lets in its nodes and KEDA, and speaks to nobody", "local NetworkPolicy postgresql", "spec/ingress/0/from/1/namespaceSelector", "matchLabels", """{"kubernetes.io/metadata.name":"default"}"""),
        Mutation.Set("The store inside lets in its nodes and KEDA, and speaks to nobody", "local StatefulSet postgresql", "spec/template/metadata/labels", "app.kubernetes.io/part-of", "\"funcexec\""),
    ];

    private static Mutation[] Availability =>
    [
        Mutation.Set("The api has more than one pod, and loses none by a rollout", Api, "spec", "replicas", "1"),
        Mutation.Set("The api has more than one pod, and loses none by a rollout", Api, "spec/strategy/rollingUpdate", "maxUnavailable", "1"),
        Mutation.Remove("Every node has one disruption budget", "production PodDisruptionBudget worker"),
        Mutation.Set("Every node has one disruption budget", "production PodDisruptionBudget api", "spec/selector", "matchLabels", """{"app.kubernetes.io/part-of":"funcexec"}"""),
        Mutation.Set("A disruption budget lets a machine be drained", "production PodDisruptionBudget api", "spec", "minAvailable", "3"),
        Mutation.Set("A disruption budget lets a machine be drained", "production PodDisruptionBudget worker", "spec", "maxUnavailable", "0"),
        Mutation.Set("A disruption budget of Jobs counts pods", "jobs PodDisruptionBudget worker", "spec", "maxUnavailable", "1"),
        Mutation.Set("A disruption budget of Jobs counts pods", "jobs PodDisruptionBudget worker", "spec", "minAvailable", "5"),
        Mutation.Set("Pods are spread by a label that they have", Worker, Pod + "/topologySpreadConstraints/0/labelSelector", "matchLabels", """{"app":"worker"}"""),
    ];

    private static Mutation[] Scaling =>
    [
        Mutation.Set("A scaled object has a target whose number is its own", Worker, "spec", "replicas", "2"),
        Mutation.Set("A scaled object has a target whose number is its own", Scaled, "spec/scaleTargetRef", "name", "\"workers\""),
        Mutation.Set("Workers are scaled from none to a bound", Scaled, "spec", "minReplicaCount", "1"),
        Mutation.Set("Workers are scaled from none to a bound", Jobs, "spec", "maxReplicaCount", null),
        Mutation.Set("Workers outlive gaps in the work", Scaled, "spec", "cooldownPeriod", "10"),
        Mutation.Set("Workers outlive gaps in the work", Scaled, "spec/advanced", "horizontalPodAutoscalerConfig", null),
        Mutation.Remove("A trigger's authentication is there, and is of its kind", "production TriggerAuthentication funcexec-store"),
        Mutation.Set("A trigger's authentication is there, and is of its kind", "azure-functions TriggerAuthentication funcexec-store", "spec/secretTargetRef/0", "parameter", "\"connection\""),
        Mutation.Set("A trigger's authentication is there, and is of its kind", "local TriggerAuthentication funcexec-store", "spec/secretTargetRef/0", "key", "\"uri\""),
        Mutation.Set("A trigger's answer is a number of workers", Scaled, Trigger, "targetQueryValue", "\"4\""),
        Mutation.Set("A trigger's answer is a number of workers", Scaled, "spec/triggers/0", "metricType", "\"Value\""),
        Mutation.Set("A trigger's answer is a number of workers", "azure-functions ScaledObject worker", Trigger, "activationTargetValue", "\"5\""),
        Asking(Scaled, "SELECT funcexec_main.scale_recommendation('other', 'pool=default,os=linux,arch=x64,executor=command,executor=http', 4)"),
        Asking(Scaled, "SELECT funcexec_hub.scale_recommendation('main', 'pool=default,os=linux,arch=x64,executor=command,executor=http', 4)"),
        Asking(Scaled, "SELECT funcexec_main.scale_recommendation('main', 'pool=default,os=linux,arch=x64,executor=command,executor=http', 8)"),
        Asking(Scaled, "SELECT funcexec_main.scale_recommendation('main', 'os=linux,arch=x64,executor=command,executor=http', 4)"),
        Asking(Scaled, "SELECT funcexec_main.scale_recommendation('main', 'pool=default,os=linux,arch=arm64,executor=command,executor=http', 4)"),
        Asking(Scaled, "SELECT funcexec_main.scale_recommendation('main', 'pool=default,os=linux,arch=x64', 4)"),
        Asking(Scaled, "SELECT count(*) FROM funcexec_main.hub_activities"),
        Asking(Jobs, "SELECT funcexec_main.scale_recommendation('main', 'pool=default,os=linux,arch=x64,executor=command,executor=http', 1)"),
        Asking("azure-functions ScaledObject worker", "SELECT dt.GetScaleRecommendation(10, 4)"),
        Mutation.Set("A query asks for the hub, labels and slots that the workers have", Worker, Pod, "nodeSelector", null),
        Mutation.Set("A worker that is a Job ends when it is idle, and is the only worker", Jobs, JobPod + "/containers/0", "args", "[]"),
        Mutation.Set("A worker that is a Job ends when it is idle, and is the only worker", Jobs, JobPod, "restartPolicy", "\"OnFailure\""),
        Mutation.Set("A worker that is a Job ends when it is idle, and is the only worker", Jobs, "spec/jobTargetRef", "activeDeadlineSeconds", "3600"),
        Mutation.Set("A worker that is a Job ends when it is idle, and is the only worker", Jobs, "spec/rollout", "strategy", "\"default\""),
    ];

    private static Mutation Asking(string document, string query) => Mutation.Set(
        "A query asks for the hub, labels and slots that the workers have", document, Trigger, "query", JsonValue.Create(query).ToJsonString());
}
