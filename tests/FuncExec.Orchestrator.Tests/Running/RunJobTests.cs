using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;
using FuncExec.Orchestrator.Running;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Tests.Running;

public sealed class RunJobTests
{
    [Fact]
    public async Task Output_tells_what_became_of_every_task()
    {
        JobContext context = new(attempt => Task.FromResult(JobContext.Ended(0, $"out of {attempt.TaskId}")));

        JobReport report = await context.Run("""{"commands":[{"command":"a"},{"command":"b"}]}""");

        Assert.Equal(JobStatus.Succeeded, report.Status);
        Assert.Equal((2, 2), (report.Counts.Total, report.Counts.Succeeded));
        Assert.Equal(["main/0", "main/1"], report.Tasks.Select(static task => task.Id));
        Assert.All(report.Tasks, static task => Assert.Equal((0, 1, $"out of {task.Id}"), (task.ExitCode, task.Attempts, task.Stdout)));
        Assert.Null(context.CustomStatus);
    }

    [Fact]
    public async Task Attempt_is_told_what_it_needs()
    {
        JobContext context = new(_ => Task.FromResult(JobContext.Ended(0)));

        await context.Run("""{"steps":[{"name":"s","timeout":"5s","payload":{"command":"a"}}],"timeout":"1h"}""");

        TaskAttempt attempt = Assert.Single(context.Attempts);
        Assert.Equal(("job1", "s/0", 1, "command"), (attempt.JobId, attempt.TaskId, attempt.Attempt, attempt.Executor));
        Assert.Equal((TimeSpan.FromSeconds(5), context.Now.AddHours(1), 8192), (attempt.Timeout, attempt.Deadline, attempt.OutputLimit));
        Assert.Equal("""{"command":"a"}""", attempt.Payload.GetRawText());
    }

    [Fact]
    public async Task Failed_job_fails_its_orchestration_and_still_shows_every_task()
    {
        JobContext context = new(attempt => Task.FromResult(JobContext.Ended(attempt.TaskId == "main/1" ? 2 : 0, "out")));

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(
            () => context.Run("""{"commands":[{"command":"a"},{"command":"b"}]}"""));

        Assert.StartsWith("failed: 1 of 2 tasks did not succeed; the first is main/1: The command ended with exit code 2", failure.Message);
        Assert.Equal(JobStatus.Failed, context.CustomStatus!.Status);
        Assert.Equal([0, 2], context.CustomStatus.Tasks.Select(static task => task.ExitCode));
        Assert.All(context.CustomStatus.Tasks, static task => Assert.Equal("out", task.Stdout));
    }

    [Fact]
    public async Task Step_begins_when_all_that_it_needs_are_done()
    {
        Dictionary<string, TaskCompletionSource<AttemptResult>> running = [];
        JobContext context = new(attempt => (running[attempt.TaskId] = new TaskCompletionSource<AttemptResult>()).Task);
        Task<JobReport> job = context.Run("""
            {"steps":[
              {"name":"c","needs":["a","b"],"payload":{"command":"x"}},
              {"name":"a","payload":{"command":"x"}},
              {"name":"b","payload":{"command":"x"}}]}
            """);

        Assert.Equal(["a/0", "b/0"], running.Keys);
        running["a/0"].SetResult(JobContext.Ended(0));
        Assert.DoesNotContain("c/0", running.Keys);
        running["b/0"].SetResult(JobContext.Ended(0));
        running["c/0"].SetResult(JobContext.Ended(0));

        Assert.Equal(["c/0", "a/0", "b/0"], (await job).Tasks.Select(static task => task.Id));
    }

    [Fact]
    public async Task Steps_behind_a_failed_one_are_skipped()
    {
        JobContext context = new(attempt => Task.FromResult(JobContext.Ended(attempt.TaskId == "a/0" ? 1 : 0)));

        await Assert.ThrowsAsync<JobFailedException>(() => context.Run("""
            {"steps":[
              {"name":"a","payload":{"command":"x"}},
              {"name":"b","needs":["a"],"payload":{"command":"x"}},
              {"name":"c","needs":["b"],"continueOnError":true,"payload":{"command":"x"}},
              {"name":"d","needs":["c"],"payload":{"command":"x"}},
              {"name":"e","payload":{"command":"x"}}]}
            """));

        Assert.Equal(
            [JobTaskStatus.Failed, JobTaskStatus.Skipped, JobTaskStatus.Skipped, JobTaskStatus.Succeeded],
            context.CustomStatus!.Tasks.Where(static task => task.Id != "d/0").Select(static task => task.Status));
        Assert.Equal(["a/0", "e/0"], context.Attempts.Select(static attempt => attempt.TaskId));
    }

    [Fact]
    public async Task Step_that_may_fail_neither_skips_nor_fails()
    {
        JobContext context = new(attempt => Task.FromResult(JobContext.Ended(attempt.TaskId == "a/0" ? 1 : 0)));

        JobReport report = await context.Run("""
            {"steps":[
              {"name":"a","continueOnError":true,"payload":{"command":"x"}},
              {"name":"b","needs":["a"],"payload":{"command":"x"}}]}
            """);

        Assert.Equal(JobStatus.Succeeded, report.Status);
        Assert.Equal([JobTaskStatus.Failed, JobTaskStatus.Succeeded], report.Tasks.Select(static task => task.Status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task No_more_run_at_once_than_the_job_says(int parallelism)
    {
        const int tasks = 200;
        Queue<TaskCompletionSource<AttemptResult>> running = new();
        JobContext context = new(_ =>
        {
            running.Enqueue(new TaskCompletionSource<AttemptResult>());
            return running.Last().Task;
        });
        string commands = string.Join(',', Enumerable.Repeat("""{"command":"x"}""", tasks));
        Task<JobReport> job = context.Run($$"""{"maxParallelism":{{parallelism}},"commands":[{{commands}}]}""");

        while (!job.IsCompleted)
        {
            Assert.Equal(Math.Min(parallelism, tasks - (context.Attempts.Count - running.Count)), running.Count);
            running.Dequeue().SetResult(JobContext.Ended(0));
        }

        Assert.Equal(tasks, (await job).Counts.Succeeded);
    }

    [Fact]
    public async Task Failed_task_is_tried_again_after_pauses_that_replay_the_same()
    {
        const string document = """{"command":"x","retry":{"maxAttempts":4,"initialInterval":"10s","jitter":0.5}}""";
        JobContext context = new(attempt => Task.FromResult(JobContext.Ended(attempt.Attempt == 4 ? 0 : 75)));

        JobReport report = await context.Run(document);

        Assert.Equal(4, Assert.Single(report.Tasks).Attempts);
        Assert.Equal([1, 2, 3, 4], context.Attempts.Select(static attempt => attempt.Attempt));
        Assert.Equal(3, context.Pauses.Count);
        Assert.NotEqual(TimeSpan.FromSeconds(10), context.Pauses[0]);
        JobContext again = new(attempt => Task.FromResult(JobContext.Ended(attempt.Attempt == 4 ? 0 : 75)));
        await again.Run(document);
        Assert.Equal(context.Pauses, again.Pauses);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(75, 3)]
    public async Task Exit_code_decides_whether_it_is_tried_again(int exitCode, int attempts)
    {
        JobContext context = new(_ => Task.FromResult(JobContext.Ended(exitCode)));

        await Assert.ThrowsAsync<JobFailedException>(() => context.Run(
            """{"command":"x","retry":{"maxAttempts":3,"retryOnExitCodes":[2,75],"failOnExitCodes":[2]}}"""));

        Assert.Equal(attempts, context.Attempts.Count);
    }

    [Fact]
    public async Task Without_a_rule_there_is_one_attempt()
    {
        JobContext context = new(_ => Task.FromResult(JobContext.Ended(1)));

        await Assert.ThrowsAsync<JobFailedException>(() => context.Run("""{"command":"x"}"""));

        Assert.Single(context.Attempts);
    }

    [Fact]
    public async Task Job_whose_tasks_time_out_has_timed_out()
    {
        JobContext context = new(_ => Task.FromResult(new AttemptResult { Status = JobTaskStatus.TimedOut, Error = "too long" }));

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(() => context.Run("""{"command":"x","timeout":"1s"}"""));

        Assert.StartsWith("timedOut: 1 of 1 tasks", failure.Message);
    }

    [Fact]
    public async Task After_the_job_s_time_nothing_starts()
    {
        JobContext context = null!;
        context = new JobContext(_ =>
        {
            context.Now += TimeSpan.FromMinutes(40);
            return Task.FromResult(JobContext.Ended(0));
        });

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(() => context.Run(
            """{"maxParallelism":1,"timeout":"1h","commands":[{"command":"a"},{"command":"b"},{"command":"c"}]}"""));

        Assert.StartsWith("timedOut: The job took longer than 01:00:00. 1 of 3", failure.Message);
        Assert.Equal(
            [JobTaskStatus.Succeeded, JobTaskStatus.Succeeded, JobTaskStatus.Cancelled],
            context.CustomStatus!.Tasks.Select(static task => task.Status));
        Assert.Equal(2, context.Attempts.Count);
    }

    [Fact]
    public async Task Pause_that_ends_after_the_job_s_time_is_not_begun()
    {
        JobContext context = new(_ => Task.FromResult(JobContext.Ended(1)));

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(() => context.Run(
            """{"commands":[{"command":"a"}],"timeout":"5s","retry":{"maxAttempts":9,"initialInterval":"4s","jitter":0}}"""));

        Assert.StartsWith("timedOut", failure.Message);
        Assert.Equal([TimeSpan.FromSeconds(4)], context.Pauses);
        Assert.Equal(2, context.Attempts.Count);
    }

    [Fact]
    public async Task Attempt_that_never_answers_is_given_up_after_the_job_s_time()
    {
        JobContext context = new(_ => new TaskCompletionSource<AttemptResult>().Task);
        Task<JobReport> job = context.Run("""{"commands":[{"command":"a"}],"timeout":"1h"}""");
        context.Now += TimeSpan.FromHours(2);

        Assert.Single(context.Held).SetResult();

        Assert.StartsWith("timedOut", (await Assert.ThrowsAsync<JobFailedException>(() => job)).Message);
        Assert.Equal(JobTaskStatus.TimedOut, Assert.Single(context.CustomStatus!.Tasks).Status);
    }

    [Fact]
    public async Task Timer_of_the_job_is_taken_back_at_its_end()
    {
        JobContext context = new(_ => Task.FromResult(JobContext.Ended(0)));

        await context.Run("""{"commands":[{"command":"a"}],"timeout":"1h"}""");

        Assert.True(Assert.Single(context.Held).Task.IsCanceled);
    }

    [Fact]
    public async Task Broken_infrastructure_is_a_failed_task_that_says_so()
    {
        JobContext context = new(_ => Task.FromException<AttemptResult>(
            new TaskFailedException(FunctionNames.RunTask, 1, new TaskFailureDetails("E", "no disk", null, null, null))));

        await Assert.ThrowsAsync<JobFailedException>(() => context.Run("""{"command":"a"}"""));

        TaskReport task = Assert.Single(context.CustomStatus!.Tasks);
        Assert.Equal((JobTaskStatus.Failed, "It could not be run: no disk"), (task.Status, task.Error));
    }

    [Fact]
    public async Task Ten_thousand_tasks_are_no_effort()
    {
        JobContext context = new(_ => Task.FromResult(JobContext.Ended(0)));
        string commands = string.Join(',', Enumerable.Repeat("""{"command":"x"}""", 10_000));

        JobReport report = await context.Run($$"""{"commands":[{{commands}}],"timeout":"1h"}""");

        Assert.Equal(10_000, report.Counts.Succeeded);
        Assert.Equal(838, context.Attempts[0].OutputLimit);
    }

    [Fact]
    public void Names_that_are_stored_do_not_change() =>
        Assert.Equal(("RunJob_v0", "RunTask_v0"), (FunctionNames.RunJob, FunctionNames.RunTask));
}
