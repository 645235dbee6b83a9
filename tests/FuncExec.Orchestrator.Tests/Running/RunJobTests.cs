using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Running;
using FuncExec.Orchestrator.Summaries;

namespace FuncExec.Orchestrator.Tests.Running;

public sealed class RunJobTests
{
    private const string Id = "job1";

    private readonly MockedContext _context = new(Id);
    private readonly List<StepSkip> _skipped = [];
    private JobSummary _summary = Summary(JobStatus.Succeeded, null);

    public RunJobTests()
    {
        _context.OnActivity<JobRef, JobSummary>(FunctionNames.CloseJob, _ => Task.FromResult(_summary));
        _context.OnActivity<StepSkip>(FunctionNames.CloseStep, _skipped.Add);
        _context.OnActivity<JobRef>(FunctionNames.StopJob, static _ => { });
        _context.OnLane(static plan => Task.FromResult(new LaneResult(plan.Count)));
    }

    [Fact]
    public async Task A_step_runs_after_those_that_it_needs_wherever_they_stand()
    {
        Plan(Step("last", 1, needs: [1, 2]), Step("first", 1), Step("second", 1, needs: [1]));

        JobSummary summary = await Run();

        Assert.Same(_summary, summary);
        Assert.Equal(["job1:first:0", "job1:second:0", "job1:last:0"], _context.Lanes.Select(static lane => lane.Id));
        Assert.Equal([FunctionNames.PlanJob, FunctionNames.CloseJob], _context.Activities);
    }

    [Fact]
    public async Task Steps_that_do_not_need_each_other_run_beside_each_other()
    {
        TaskCompletionSource<LaneResult> first = new();
        _context.OnLane(plan => plan.Step == 0 ? first.Task : Task.FromResult(new LaneResult(plan.Count)));
        Plan(Step("a", 1), Step("b", 1), Step("c", 1, needs: [0, 1]));

        Task<JobSummary> running = Run();
        Assert.Equal(2, _context.Lanes.Count);

        first.SetResult(new LaneResult(1));
        await running;
        Assert.Equal("job1:c:0", _context.Lanes[2].Id);
    }

    [Theory]
    [InlineData(1, 1024, new[] { 1 })]
    [InlineData(256, 1024, new[] { 256 })]
    [InlineData(257, 1024, new[] { 129, 128 })]
    [InlineData(100_000, 1024, new[] { 256, 256, 256, 256 })]
    [InlineData(1_000, 300, new[] { 150, 150 })]
    [InlineData(1_000, 1, new[] { 1 })]
    public async Task Lanes_share_the_parallelism_and_have_every_task_once(int tasks, int parallelism, int[] windows)
    {
        Plan(parallelism, Step("s", tasks));

        await Run();

        Assert.Equal(windows, _context.Lanes.Select(static lane => lane.Plan.Window));
        Assert.Equal(Enumerable.Range(0, windows.Length).Select(static lane => $"job1:s:{lane}"), _context.Lanes.Select(static lane => lane.Id));
        IEnumerable<int> indices = _context.Lanes.SelectMany(static lane => Enumerable.Range(0, lane.Plan.Count).Select(lane.Plan.IndexOf));
        Assert.Equal(Enumerable.Range(0, tasks), indices.Order());
    }

    [Fact]
    public async Task What_needs_a_step_that_failed_is_skipped_and_what_needs_that_too()
    {
        _context.OnLane(static _ => Task.FromResult(new LaneResult(1)));
        Plan(Step("fails", 2), Step("next", 1, needs: [0]), Step("after", 1, needs: [1]), Step("other", 1));

        await Run();

        Assert.Equal([(1, "fails"), (2, "next")], _skipped.Select(static skip => (skip.Step, skip.Need)));
        Assert.Equal(["job1:fails:0", "job1:other:0"], _context.Lanes.Select(static lane => lane.Id));
    }

    [Fact]
    public async Task A_step_that_may_fail_skips_nothing()
    {
        _context.OnLane(static plan => Task.FromResult(new LaneResult(plan.Step == 0 ? 0 : plan.Count)));
        Plan(Step("may", 2) with { ContinueOnError = true }, Step("next", 1, needs: [0]));

        await Run();

        Assert.Empty(_skipped);
        Assert.Equal(2, _context.Lanes.Count);
    }

    [Fact]
    public async Task A_step_that_was_done_in_an_earlier_job_is_not_run()
    {
        Plan(Step("done", 5) with { IsDone = true }, Step("next", 1, needs: [0]));

        await Run();

        Assert.Equal(["job1:next:0"], _context.Lanes.Select(static lane => lane.Id));
    }

    [Fact]
    public async Task A_cancelled_job_tells_its_lanes_and_closes_without_waiting_for_them()
    {
        _context.OnLane(static _ => new TaskCompletionSource<LaneResult>().Task);
        Plan(Step("a", 300), Step("b", 1), Step("later", 1, needs: [0]));
        _summary = Summary(JobStatus.Cancelled, "cancelled: enough");

        Task<JobSummary> running = Run();
        _context.Raise(FunctionNames.CancelEvent);

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(() => running);
        Assert.Equal("cancelled: enough", failure.Message);
        Assert.Equal(["job1:a:0", "job1:a:1", "job1:b:0"], _context.Sent.Select(static sent => sent.Instance));
        Assert.All(_context.Sent, static sent => Assert.Equal(FunctionNames.CancelEvent, sent.Name));
        Assert.DoesNotContain(FunctionNames.StopJob, _context.Activities);
        Assert.Empty(_skipped);
    }

    [Fact]
    public async Task A_job_whose_time_is_over_says_so_before_it_tells_its_lanes()
    {
        _context.OnLane(static _ => new TaskCompletionSource<LaneResult>().Task);
        Plan(1024, TimeSpan.FromMinutes(5), Step("a", 1));
        _summary = Summary(JobStatus.TimedOut, "timedOut: too long");

        Task<JobSummary> running = Run();
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.Single(_context.Timers).Delay);
        _context.Timers[0].Fire();

        await Assert.ThrowsAsync<JobFailedException>(() => running);
        Assert.Equal([FunctionNames.PlanJob, FunctionNames.StopJob, FunctionNames.CloseJob], _context.Activities);
        Assert.Single(_context.Sent);
    }

    [Fact]
    public async Task A_job_that_ends_in_time_takes_its_timer_back()
    {
        Plan(1024, TimeSpan.FromMinutes(5), Step("a", 1));

        await Run();

        Assert.False(Assert.Single(_context.Timers).IsOpen);
        Assert.False(_context.IsWaitingFor(FunctionNames.CancelEvent));
    }

    [Fact]
    public async Task A_job_that_did_not_succeed_fails_with_its_status_first_and_its_summary_as_custom_status()
    {
        Plan(Step("a", 1));
        _summary = Summary(JobStatus.Failed, "failed: 1 of 1 tasks did not succeed.") with
        {
            Tasks = [new TaskSummary { Id = "a/0", Status = JobTaskStatus.Failed, ExitCode = 3, Output = new string('x', 1024), Error = "It failed." }],
        };

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(Run);

        Assert.StartsWith("failed: ", failure.Message, StringComparison.Ordinal);
        TaskSummary shown = Assert.Single(_context.CustomStatus!.Tasks);
        Assert.Equal(3, shown.ExitCode);
        Assert.Equal("…" + new string('x', 100), shown.Output);
    }

    [Fact]
    public async Task A_lane_that_fails_fails_the_job()
    {
        _context.OnLane(static _ => Task.FromException<LaneResult>(new InvalidOperationException("broken")));
        Plan(Step("a", 1));

        await Assert.ThrowsAsync<InvalidOperationException>(Run);
        Assert.DoesNotContain(FunctionNames.CloseJob, _context.Activities);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another")]
    public async Task An_input_that_is_not_its_own_job_is_refused(string? other)
    {
        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(
            () => RunJobFunction.RunJob(_context.Object, other is null ? null! : new JobRef(other)));

        Assert.Contains("{\"jobId\":\"job1\"}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_context.Activities);
    }

    [Fact]
    public async Task A_job_that_is_not_in_the_ledger_is_refused()
    {
        _context.OnActivity<JobRef, PlannedJob>(FunctionNames.PlanJob, static _ => Task.FromResult(new PlannedJob { Refusal = "there is no job" }));

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(Run);

        Assert.Equal("failed: there is no job", failure.Message);
        Assert.Equal([FunctionNames.PlanJob], _context.Activities);
    }

    [Fact]
    public void All_lanes_of_a_job_can_be_named_from_its_plan() => Assert.Equal(
        ["job1:a:0", "job1:a:1", "job1:b:0"],
        Lanes.IdsOf(Id, new PlannedJob { MaxParallelism = 512, Steps = [Step("a", 400), Step("b", 3)] }));

    private static PlannedStep Step(string name, int tasks, int[]? needs = null) => new() { Name = name, Tasks = tasks, Needs = needs ?? [] };

    private static JobSummary Summary(JobStatus status, string? error) => new()
    {
        Status = status,
        Error = error,
        Counts = new SummaryCounts { Total = 1, Succeeded = 1, Failed = 0, Cancelled = 0, TimedOut = 0, Skipped = 0 },
        Tasks = [],
    };

    private void Plan(params PlannedStep[] steps) => Plan(1024, null, steps);

    private void Plan(int parallelism, params PlannedStep[] steps) => Plan(parallelism, null, steps);

    private void Plan(int parallelism, TimeSpan? timeout, params PlannedStep[] steps) => _context.OnActivity<JobRef, PlannedJob>(
        FunctionNames.PlanJob, _ => Task.FromResult(new PlannedJob { MaxParallelism = parallelism, Timeout = timeout, Steps = steps }));

    private Task<JobSummary> Run() => RunJobFunction.RunJob(_context.Object, new JobRef(Id));
}
