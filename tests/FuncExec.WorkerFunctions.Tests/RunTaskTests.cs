using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;

namespace FuncExec.WorkerFunctions.Tests;

public sealed class RunTaskTests : IDisposable
{
    private static readonly DateTime Now = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _data = Directory.CreateTempSubdirectory().FullName;
    private readonly WorkDirectory _work;
    private readonly Mock<IExecutor> _executor = new();
    private readonly Mock<TimeProvider> _time = new() { CallBase = true };
    private ExecutorTask? _task;
    private Func<ITaskOutput, CancellationToken, Task<TaskOutcome>> _run = static (_, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));

    public RunTaskTests()
    {
        _work = WorkDirectory.Open(_data, NullLogger<WorkDirectory>.Instance);
        _time.Setup(time => time.GetUtcNow()).Returns(Now);
        _executor.Setup(executor => executor.Name).Returns("command");
        _executor
            .Setup(executor => executor.ExecuteAsync(It.IsAny<ExecutorTask>(), It.IsAny<ITaskOutput>(), It.IsAny<CancellationToken>()))
            .Returns((ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken) =>
            {
                _task = task;
                return _run(output, cancellationToken);
            });
    }

    public void Dispose()
    {
        _work.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Executor_that_asks_for_it_gets_an_empty_directory_that_is_deleted(bool asks)
    {
        _executor.Setup(executor => executor.Capabilities).Returns(new ExecutorCapabilities("", "", asks));
        bool wasThere = false;
        _run = (_, _) =>
        {
            wasThere = Directory.Exists(_task!.Directory);
            return Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));
        };

        await Run(Attempt());

        Assert.Equal(asks, wasThere);
        Assert.Empty(Directory.GetFileSystemEntries(_work.FullPath));
    }

    [Fact]
    public async Task Outcome_and_output_are_the_result()
    {
        _run = static (output, _) =>
        {
            output.Write(OutputStream.Stdout, "out"u8);
            output.Write(OutputStream.Stderr, "0123456789"u8);
            return Task.FromResult<TaskOutcome>(new TaskOutcome.Failed(FailureKind.Exit, 7, "it failed"));
        };

        AttemptResult result = await Run(Attempt() with { OutputLimit = 4 });

        Assert.Equal(
            new AttemptResult { Status = JobTaskStatus.Failed, ExitCode = 7, Error = "it failed", Stdout = "out", Stderr = "6789", IsTruncated = true },
            result);
        Assert.Equal(("job1", "main/0", 1), (_task!.JobId, _task.TaskId, _task.Attempt));
    }

    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData(5, null, 5, false)]
    [InlineData(5, 60, 5, false)]
    [InlineData(60, 5, 5, true)]
    [InlineData(null, 5, 5, true)]
    public async Task Sooner_of_task_s_and_job_s_time_holds(int? timeout, int? deadline, int? expected, bool isJob)
    {
        _run = static (_, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.TimedOut("too long"));

        AttemptResult result = await Run(Attempt() with
        {
            Timeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Deadline = deadline is { } later ? Now.AddSeconds(later) : null,
        });

        Assert.Equal(expected, _task!.Timeout?.TotalSeconds);
        Assert.Equal((JobTaskStatus.TimedOut, isJob), (result.Status, result.JobTimedOut));
    }

    [Fact]
    public async Task After_the_job_s_time_nothing_starts()
    {
        AttemptResult result = await Run(Attempt() with { Deadline = Now });

        Assert.Equal((JobTaskStatus.Cancelled, true), (result.Status, result.JobTimedOut));
        Assert.Null(_task);
    }

    [Fact]
    public async Task Executor_that_is_not_there_is_a_failure()
    {
        AttemptResult result = await Run(Attempt() with { Executor = "other" });

        Assert.Equal((JobTaskStatus.Failed, -1), (result.Status, result.ExitCode));
    }

    [Fact]
    public async Task Stopping_node_says_nothing_of_the_attempt()
    {
        using CancellationTokenSource stop = new();
        _run = (_, _) =>
        {
            stop.Cancel();
            return Task.FromResult<TaskOutcome>(new TaskOutcome.Cancelled());
        };

        await Assert.ThrowsAsync<OperationCanceledException>(() => Run(Attempt(), stop.Token));
    }

    [Fact]
    public async Task Broken_infrastructure_throws()
    {
        _run = static (_, _) => throw new IOException("no disk");

        await Assert.ThrowsAsync<IOException>(() => Run(Attempt()));
    }

    [Fact]
    public async Task No_more_run_at_once_than_there_are_slots()
    {
        Queue<TaskCompletionSource<TaskOutcome>> running = new();
        SemaphoreSlim begun = new(0);
        _run = (_, _) =>
        {
            running.Enqueue(new TaskCompletionSource<TaskOutcome>());
            begun.Release();
            return running.Last().Task;
        };
        RunTaskFunction function = Function(slots: 2);
        Task<AttemptResult>[] attempts = [.. Enumerable.Range(0, 5).Select(_ => function.RunTask(Attempt(), CancellationToken.None))];

        for (int i = 0; i < attempts.Length; i++)
        {
            await begun.WaitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            Assert.InRange(running.Count, 1, 2);
            running.Dequeue().SetResult(new TaskOutcome.Succeeded(0));
        }

        await Task.WhenAll(attempts).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static TaskAttempt Attempt() => new()
    {
        JobId = "job1",
        TaskId = "main/0",
        Attempt = 1,
        Executor = "command",
        Payload = JsonDocument.Parse("{}").RootElement,
        OutputLimit = 8192,
    };

    private Task<AttemptResult> Run(TaskAttempt attempt, CancellationToken cancellationToken = default) =>
        Function(slots: 1).RunTask(attempt, cancellationToken);

    private RunTaskFunction Function(int slots)
    {
        IOptions<AppOptions> options = Options.Create(new AppOptions { MaxConcurrentTasks = slots });
        return new RunTaskFunction(new ExecutorRegistry([_executor.Object]), new TaskSlots(options), _work, options, _time.Object, NullLogger<RunTaskFunction>.Instance);
    }
}
