using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Jobs;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Tests;

public sealed class JobViewTests
{
    private const string Report = """
        {"status":"timedOut","error":"timedOut: x","counts":{"total":1,"succeeded":0,"failed":0,"cancelled":0,"timedOut":1,"skipped":0},
         "tasks":[{"id":"main/0","step":"main","index":0,"status":"timedOut","attempts":1,"stdout":"out"}]}
        """;

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, JobStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running, JobStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, JobStatus.Suspended)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, JobStatus.Cancelled)]
    [InlineData(OrchestrationRuntimeStatus.Failed, JobStatus.Failed)]
    public void Without_a_report_the_orchestration_tells(OrchestrationRuntimeStatus status, JobStatus expected) => Assert.Equal(
        expected, JobView.Of(new OrchestrationMetadata("RunJob_v0", "id") { RuntimeStatus = status }).Status);

    [Fact]
    public void Failed_job_shows_its_report()
    {
        JobView view = JobView.Of(new OrchestrationMetadata("RunJob_v0", "id")
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Failed,
            SerializedInput = """{"name":"nightly","steps":[]}""",
            SerializedCustomStatus = Report,
        });

        Assert.Equal(("nightly", JobStatus.TimedOut, "timedOut: x"), (view.Name, view.Status, view.Error));
        Assert.Equal("out", Assert.Single(view.Tasks!).Stdout);
        Assert.Equal(1, view.Counts!.TimedOut);
    }
}
