using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Telemetry;
using FuncExec.WorkerFunctions.Tests.Tasks;
using Microsoft.DurableTask;
using Moq;

namespace FuncExec.WorkerFunctions.Tests.Telemetry;

/// <summary>The trace of a job where others start it than who took it.</summary>
public sealed class JobTracesTests
{
    private static readonly string s_trace = ActivityTraceId.CreateRandom().ToHexString();

    [Fact]
    public async Task Job_that_is_started_in_anothers_place_goes_on_in_the_trace_it_came_with()
    {
        await using TestNode node = await TestNode.StartAsync();
        List<(string? Trace, string? State)> started = [];
        bool isAway = true;
        node.Client
            .Setup(static client => client.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object _, StartOrchestrationOptions options, CancellationToken _) =>
            {
                if (isAway)
                {
                    throw new InvalidOperationException("the hub is away");
                }

                started.Add((Activity.Current?.TraceId.ToHexString(), Activity.Current?.TraceStateString));
                return Task.FromResult(options.InstanceId!);
            });
        string id;
        using (Called("vendor=1"))
        {
            id = await node.AcceptAsync("""{"command":"x"}""");
        }

        isAway = false;
        await node.Get<JobStarter>().ScheduleAsync(node.Client.Object, id, CancellationToken.None);

        Assert.Equal((s_trace, "vendor=1"), Assert.Single(started));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Of_a_job_without_a_trace_nothing_is_kept_though_the_process_has_one_for_its_own_logs()
    {
        await using TestNode node = await TestNode.StartAsync();
        using Activity own = new Activity("log").Start();

        string id = await node.AcceptAsync("""{"command":"x"}""");

        Assert.Null(await node.Get<JobTraces>().FindAsync(id, CancellationToken.None));
        Assert.Empty(await node.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Job_that_is_refused_leaves_no_trace_behind()
    {
        await using TestNode node = await TestNode.StartAsync(("MAX_CONCURRENT_JOBS", "1"));
        await node.AcceptAsync("""{"command":"x"}""");
        using Activity caller = Called(null);
        JobRequest request = new() { Id = JobIds.New(node.Time.GetUtcNow()), Job = TestNode.Read("""{"command":"x"}""") };

        Assert.IsType<CreateJobOutcome.TooMany>(await node.Get<JobStarter>().StartAsync(request, node.Client.Object, CancellationToken.None));

        Assert.Empty(await node.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task State_that_is_longer_than_W3C_allows_is_left_out()
    {
        await using TestNode node = await TestNode.StartAsync();
        using Activity caller = Called(new string('v', 2_000));

        await node.Get<JobTraces>().KeepAsync("job", CancellationToken.None);

        ActivityContext kept = Assert.NotNull(await node.Get<JobTraces>().FindAsync("job", CancellationToken.None));
        Assert.Equal((s_trace, null), (kept.TraceId.ToHexString(), kept.TraceState));
    }

    private static Activity Called(string? state)
    {
        Activity caller = new Activity("call").SetParentId($"00-{s_trace}-00f067aa0ba902b7-01");
        caller.TraceStateString = state;
        return caller.Start();
    }
}
