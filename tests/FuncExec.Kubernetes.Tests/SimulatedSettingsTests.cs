using FuncExec.Kubernetes.Tests.Manifests;
using FuncExec.ScalingSimulation.Autoscaling;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.Kubernetes.Tests;

/// <summary>The simulation of the documentation is of what the manifests say.</summary>
public sealed class SimulatedSettingsTests
{
    [Fact]
    public void The_simulated_scaled_object_is_that_of_the_component()
    {
        var simulated = new ScaledObjectSettings();
        JsonNode spec = Overlays.Get("production").Get("ScaledObject", "worker")["spec"]!;
        JsonNode behavior = spec.At("advanced/horizontalPodAutoscalerConfig/behavior")!;
        Assert.Equal(spec.Number("maxReplicaCount"), simulated.MaxReplicas);
        Assert.Equal((double)spec.Number("pollingInterval")!, simulated.PollingInterval.TotalSeconds, 0.0);
        Assert.Equal((double)spec.Number("cooldownPeriod")!, simulated.CooldownPeriod.TotalSeconds, 0.0);
        Assert.Equal((double)behavior.Number("scaleDown/stabilizationWindowSeconds")!, simulated.ScaleDownWindow.TotalSeconds, 0.0);
        Assert.Equal(0, behavior.Number("scaleUp/stabilizationWindowSeconds"));
        Assert.Equal(Policies(behavior.At("scaleUp")), simulated.ScaleUp);
        Assert.Equal(Policies(behavior.At("scaleDown")), simulated.ScaleDown);
    }

    [Fact]
    public void The_simulated_scaled_job_is_that_of_the_component()
    {
        var simulated = new ScaledObjectSettings();
        JsonNode spec = Overlays.Get("jobs").Get("ScaledJob", "worker")["spec"]!;
        Assert.Equal(spec.Number("maxReplicaCount"), simulated.MaxReplicas);
        Assert.Equal((double)spec.Number("pollingInterval")!, simulated.PollingInterval.TotalSeconds, 0.0);
        Assert.Equal(
            new FleetSettings().IdleTimeout.ToString("c"),
            spec.At("jobTargetRef/template/spec/containers/0").Items("args")[1].ToString());
    }

    [Fact]
    public void The_simulated_workers_are_those_of_the_base()
    {
        var simulated = new FleetSettings();
        ManifestSet manifests = Overlays.Get("plain");
        Assert.Equal(manifests.Workloads.Single(static workload => workload.Name == "worker").Variable("MAX_CONCURRENT_TASKS"), $"{simulated.Slots}");
        Assert.Equal(manifests.Setting("FuncExec__DrainTimeout"), simulated.DrainTimeout.ToString("c"));
    }

    private static IEnumerable<ScalingPolicy> Policies(JsonNode? direction)
    {
        Assert.Equal("Max", direction.Text("selectPolicy"));
        return direction.Items("policies").Select(static policy => new ScalingPolicy(
            policy.Text("type") == "Percent", (int)policy.Number("value")!, TimeSpan.FromSeconds((double)policy.Number("periodSeconds")!)));
    }
}
