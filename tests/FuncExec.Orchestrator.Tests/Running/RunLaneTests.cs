using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Running;

namespace FuncExec.Orchestrator.Tests.Running;

public sealed class RunLaneTests
{
    private readonly MockedContext _context = new("job1:s:0", "job1");
    private readonly List<TaskAttempt> _attempts = [];
    private readonly Queue<TaskCompletionSource<TaskVerdict>> _open = [];

    [Fact]
    public async Task Every_task_of_the_lane_runs_once_and_successes_are_counted()
    {
        Answer(static attempt => Ended(attempt.Index == 4 ? JobTaskStatus.Failed : JobTaskStatus.Succeeded));

        LaneResult result = await Run(new LanePlan { JobId = "job1", Step = 2, Lane = 1, Lanes = 3, Window = 2, Tasks = 9 });

        Assert.Equal(2, result.Succeeded);
        Assert.Equal([1, 4, 7], _attempts.Select(static attempt => attempt.Index));
        Assert.All(_attempts, static attempt => Assert.Equal(("job1", 2, 1), (attempt.JobId, attempt.Step, attempt.Attempt)));
        Assert.Empty(_context.Timers);
    }

    [Fact]
    public async Task Where_and_how_soon_a_task_runs_travels_as_tags_of_its_call()
    {
        Answer(static attempt => attempt is { Index: 2, Attempt: 1 }
            ? new TaskVerdict { Next = TaskNext.Retry, Attempt = 1 }
            : Ended(JobTaskStatus.Succeeded));
        LanePlan plan = Plan(tasks: 5, window: 1) with
        {
            Placements =
            [
                new Placement { Count = 2, RunsOn = "gpu,os=linux", Priority = 7 }, new Placement { Count = 1, Priority = 0 },
                new Placement { Count = 1 }, new Placement { Count = 1, RunsOn = "gpu" },
            ],
        };

        await Run(plan);

        Assert.Equal(
            ["funcexec.runsOn=gpu,os=linux;funcexec.priority=7", "funcexec.runsOn=gpu,os=linux;funcexec.priority=7", "funcexec.priority=0", "funcexec.priority=0", null, "funcexec.runsOn=gpu"],
            _context.Tags.Select(static tags => tags is null ? null : string.Join(';', tags.Select(static tag => $"{tag.Key}={tag.Value}"))));
    }

    [Fact]
    public async Task Tasks_that_say_nothing_of_it_are_called_without_tags()
    {
        Answer(static _ => Ended(JobTaskStatus.Succeeded));

        await Run(Plan(tasks: 2, window: 2));

        Assert.Equal([null, null], _context.Tags);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("job2")]
    public async Task A_lane_that_its_job_did_not_start_runs_nothing(string? parent)
    {
        MockedContext context = new("job1:s:0", parent);

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(
            () => RunLaneFunction.RunLane(context.Object, Plan(tasks: 1, window: 1)));

        Assert.Contains("only job 'job1' itself", failure.Message, StringComparison.Ordinal);
        Assert.Empty(context.Activities);
    }

    [Fact]
    public async Task No_more_run_at_once_than_the_window_is_wide()
    {
        HoldAnswers();
        Task<LaneResult> running = Run(Plan(tasks: 5, window: 2));
        for (int ended = 0; ended < 5; ended++)
        {
            Assert.Equal(Math.Min(5, ended + 2), _attempts.Count);
            _open.Dequeue().SetResult(Ended(JobTaskStatus.Succeeded));
        }

        Assert.Equal(5, (await running).Succeeded);
    }

    [Fact]
    public async Task A_task_is_tried_again_after_the_pause_that_its_verdict_names()
    {
        Answer(static attempt => attempt.Attempt < 3
            ? new TaskVerdict { Next = TaskNext.Retry, Attempt = attempt.Attempt, RetryAfter = TimeSpan.FromSeconds(attempt.Attempt) }
            : Ended(JobTaskStatus.Succeeded));

        Task<LaneResult> running = Run(Plan(tasks: 1, window: 1));
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.Single(_context.Timers).Delay);
        _context.Timers[0].Fire();
        Assert.Equal(TimeSpan.FromSeconds(2), _context.Timers[1].Delay);
        _context.Timers[1].Fire();

        Assert.Equal(1, (await running).Succeeded);
        Assert.Equal([1, 2, 3], _attempts.Select(static attempt => attempt.Attempt));
    }

    [Fact]
    public async Task A_pause_that_is_over_already_takes_no_timer()
    {
        Answer(static attempt => attempt.Attempt == 1
            ? new TaskVerdict { Next = TaskNext.Retry, Attempt = 4, RetryAfter = TimeSpan.Zero }
            : Ended(JobTaskStatus.Succeeded));

        await Run(Plan(tasks: 1, window: 1));

        Assert.Equal([1, 5], _attempts.Select(static attempt => attempt.Attempt));
        Assert.Empty(_context.Timers);
    }

    [Fact]
    public async Task One_event_lets_all_tasks_of_a_suspended_job_go_on()
    {
        bool suspended = true;
        Answer(_ => suspended ? new TaskVerdict { Next = TaskNext.Held } : Ended(JobTaskStatus.Succeeded));

        Task<LaneResult> running = Run(Plan(tasks: 3, window: 3));
        Assert.Equal(3, _attempts.Count);
        suspended = false;
        _context.Raise(FunctionNames.ResumeEvent);

        Assert.Equal(3, (await running).Succeeded);
        Assert.Equal([0, 0, 1, 1, 2, 2], _attempts.Select(static attempt => attempt.Index).Order());
        Assert.All(_attempts, static attempt => Assert.Equal(1, attempt.Attempt));
    }

    [Fact]
    public async Task A_suspended_job_is_asked_again_when_the_event_was_lost()
    {
        bool suspended = true;
        Answer(_ => suspended ? new TaskVerdict { Next = TaskNext.Held } : Ended(JobTaskStatus.Succeeded));

        Task<LaneResult> running = Run(Plan(tasks: 1, window: 1));
        _context.Timers[0].Fire();
        Assert.Equal(2, _attempts.Count);
        suspended = false;
        _context.Timers[1].Fire();

        Assert.Equal(1, (await running).Succeeded);
    }

    [Fact]
    public async Task A_lane_that_is_cancelled_ends_without_waiting_and_starts_nothing()
    {
        HoldAnswers();
        Task<LaneResult> running = Run(Plan(tasks: 10, window: 2));
        _context.Raise(FunctionNames.CancelEvent);

        Assert.Equal(0, (await running).Succeeded);
        _open.Dequeue().SetResult(Ended(JobTaskStatus.Cancelled));
        Assert.Equal(2, _attempts.Count);
        Assert.Null(_context.Continued);
    }

    [Fact]
    public async Task A_task_that_is_held_is_not_asked_for_again_when_its_lane_is_cancelled()
    {
        Answer(static _ => new TaskVerdict { Next = TaskNext.Held });
        Task<LaneResult> running = Run(Plan(tasks: 10, window: 3));

        _context.Raise(FunctionNames.CancelEvent);

        await running;
        Assert.Equal(3, _attempts.Count);
    }

    [Fact]
    public async Task A_verdict_that_the_job_ends_stops_the_lane()
    {
        Answer(static attempt => attempt.Index == 1 ? new TaskVerdict { Next = TaskNext.Stopped } : Ended(JobTaskStatus.Succeeded));

        Assert.Equal(1, (await Run(Plan(tasks: 5, window: 1))).Succeeded);
        Assert.Equal(2, _attempts.Count);
    }

    [Fact]
    public async Task A_long_lane_continues_as_new_when_it_is_drained()
    {
        Answer(static attempt => Ended(attempt.Index % 2 == 0 ? JobTaskStatus.Succeeded : JobTaskStatus.Failed));
        LanePlan plan = Plan(tasks: 10_000, window: 256) with { Done = 4_096, Succeeded = 2_048 };

        await Run(plan);

        Assert.Equal(4_096, _attempts.Count);
        Assert.Equal(4_096, _attempts[0].Index);
        Assert.Equal((plan with { Done = 8_192, Succeeded = 4_096 }, true), _context.Continued);

        _attempts.Clear();
        LaneResult result = await Run(_context.Continued!.Value.Plan);
        Assert.Equal(10_000 - 8_192, _attempts.Count);
        Assert.Equal(5_000, result.Succeeded);
    }

    [Fact]
    public async Task An_attempt_that_gives_no_answer_is_looked_up_and_its_verdict_taken()
    {
        List<TaskCheck> checks = [];
        _context.OnActivity<TaskCheck, TaskFindings>(FunctionNames.CheckTasks, check =>
        {
            checks.Add(check);
            return Task.FromResult(new TaskFindings { Verdicts = [.. check.Attempts.Select(attempt => attempt.Index == 1 ? Ended(JobTaskStatus.TimedOut) : null)] });
        });
        HoldAnswers();
        Task<LaneResult> running = Run(Plan(tasks: 2, window: 2) with { Backstop = TimeSpan.FromMinutes(1) });

        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(_context.Timers).Delay);
        _context.Timers[0].Fire();
        Assert.Equal([0, 1], Assert.Single(checks).Attempts.Select(static attempt => attempt.Index));
        _open.Dequeue().SetResult(Ended(JobTaskStatus.Succeeded));

        Assert.Equal(1, (await running).Succeeded);
        Assert.Equal(2, _context.Timers.Count);
        Assert.False(_context.Timers[1].IsOpen);
    }

    private static LanePlan Plan(int tasks, int window) => new() { JobId = "job1", Step = 0, Lane = 0, Lanes = 1, Window = window, Tasks = tasks };

    private static TaskVerdict Ended(JobTaskStatus status) => new() { Next = TaskNext.Ended, Status = status, Attempt = 1 };

    private void Answer(Func<TaskAttempt, TaskVerdict> verdict) => _context.OnActivity<TaskAttempt, TaskVerdict>(FunctionNames.RunTask, attempt =>
    {
        _attempts.Add(attempt);
        return Task.FromResult(verdict(attempt));
    });

    private void HoldAnswers() => _context.OnActivity<TaskAttempt, TaskVerdict>(FunctionNames.RunTask, attempt =>
    {
        _attempts.Add(attempt);
        TaskCompletionSource<TaskVerdict> answer = new();
        _open.Enqueue(answer);
        return answer.Task;
    });

    private Task<LaneResult> Run(LanePlan plan) => RunLaneFunction.RunLane(_context.Object, plan);
}
