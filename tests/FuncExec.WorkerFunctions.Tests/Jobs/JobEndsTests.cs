using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

public sealed class JobEndsTests
{
    private static readonly Job Document = TestNode.Read(
        """{"steps":[{"name":"a","payload":{"command":"x"}},{"name":"may","continueOnError":true,"payload":{"command":"x"}}]}""");

    [Theory]
    [InlineData(JobTaskStatus.Succeeded, JobTaskStatus.Succeeded, JobStatus.Succeeded)]
    [InlineData(JobTaskStatus.Succeeded, JobTaskStatus.Failed, JobStatus.Succeeded)]
    [InlineData(JobTaskStatus.Succeeded, JobTaskStatus.Skipped, JobStatus.Succeeded)]
    [InlineData(JobTaskStatus.Failed, JobTaskStatus.Succeeded, JobStatus.Failed)]
    [InlineData(JobTaskStatus.TimedOut, JobTaskStatus.Failed, JobStatus.TimedOut)]
    [InlineData(JobTaskStatus.Cancelled, JobTaskStatus.Succeeded, JobStatus.Cancelled)]
    public void The_status_follows_from_the_tasks_that_count(JobTaskStatus counted, JobTaskStatus may, JobStatus status)
    {
        JobEnd end = JobEnds.Of(Record(null, counted, may), Document, null);

        Assert.Equal(status, end.Status);
        Assert.Equal(status is JobStatus.Succeeded, end.Error is null);
    }

    [Theory]
    [InlineData(StopKind.Cancel, "enough", JobStatus.Cancelled, "cancelled: enough")]
    [InlineData(StopKind.Cancel, null, JobStatus.Cancelled, "cancelled: The job was cancelled.")]
    [InlineData(StopKind.Timeout, "too long", JobStatus.TimedOut, "timedOut: too long")]
    public void Who_asked_for_the_end_names_it(StopKind kind, string? reason, JobStatus status, string error) => Assert.Equal(
        new JobEnd(status, error), JobEnds.Of(Record(new JobStop(kind, reason), JobTaskStatus.Failed, JobTaskStatus.Succeeded), Document, null));

    [Fact]
    public void A_broken_orchestration_fails_the_job_whatever_its_tasks_say() => Assert.Equal(
        new JobEnd(JobStatus.Failed, "failed: it broke"),
        JobEnds.Of(Record(new JobStop(StopKind.Cancel, "x"), JobTaskStatus.Succeeded, JobTaskStatus.Succeeded), Document, "it broke"));

    [Fact]
    public void Without_its_document_every_step_counts() => Assert.Equal(
        JobStatus.Failed, JobEnds.Of(Record(null, JobTaskStatus.Succeeded, JobTaskStatus.Failed), null, null).Status);

    private static JobRecord Record(JobStop? stop, params JobTaskStatus[] tasks) => new()
    {
        Id = "job",
        State = JobState.Started,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Stop = stop,
        Steps = [.. tasks.Select(static (status, index) => new StepRecord(index, $"s{index}", Count(status), null))],
    };

    private static TaskCounts Count(JobTaskStatus status) => status switch
    {
        JobTaskStatus.Succeeded => new TaskCounts { Total = 1, Succeeded = 1 },
        JobTaskStatus.Failed => new TaskCounts { Total = 1, Failed = 1 },
        JobTaskStatus.TimedOut => new TaskCounts { Total = 1, TimedOut = 1 },
        JobTaskStatus.Cancelled => new TaskCounts { Total = 1, Cancelled = 1 },
        _ => new TaskCounts { Total = 1, Skipped = 1 },
    };
}
