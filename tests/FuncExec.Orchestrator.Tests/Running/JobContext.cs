using System.Text.Json;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;
using FuncExec.Orchestrator.Running;
using Microsoft.DurableTask;
using Moq;

namespace FuncExec.Orchestrator.Tests.Running;

/// <summary>A mocked orchestration context: attempts end as the test says, timers fire at once or when it says.</summary>
internal sealed class JobContext
{
    private readonly Mock<TaskOrchestrationContext> _context = new() { CallBase = true };

    public JobContext(Func<TaskAttempt, Task<AttemptResult>> run)
    {
        _context.Setup(context => context.InstanceId).Returns("job1");
        _context.Setup(context => context.CurrentUtcDateTime).Returns(() => Now);
        _context
            .Setup(context => context.CallActivityAsync<AttemptResult>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Returns((TaskName name, object? input, TaskOptions? options) =>
            {
                Assert.Equal(FunctionNames.RunTask, name.Name);
                Assert.NotNull(options?.Retry?.Policy);
                TaskAttempt attempt = Assert.IsType<TaskAttempt>(input);
                Attempts.Add(attempt);
                return run(attempt);
            });
        _context
            .Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns((DateTime at, CancellationToken cancellationToken) => CreateTimer(at, cancellationToken));
        _context
            .Setup(context => context.SetCustomStatus(It.IsAny<object>()))
            .Callback((object? status) => CustomStatus = Assert.IsType<JobReport>(status));
    }

    public DateTime Now { get; set; } = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public List<TaskAttempt> Attempts { get; } = [];

    public List<TimeSpan> Pauses { get; } = [];

    /// <summary>Timers that can be taken back, which are those that a test fires.</summary>
    public List<TaskCompletionSource> Held { get; } = [];

    public JobReport? CustomStatus { get; private set; }

    public static AttemptResult Ended(int exitCode, string stdout = "") => new()
    {
        Status = exitCode == 0 ? JobTaskStatus.Succeeded : JobTaskStatus.Failed,
        ExitCode = exitCode,
        Error = exitCode == 0 ? null : $"The command ended with exit code {exitCode}.",
        Stdout = stdout,
    };

    public Task<JobReport> Run(string document)
    {
        // As a history would give it back.
        Job job = JsonSerializer.Deserialize<Job>(JsonSerializer.Serialize(Documents.ReadValid(document)))!;
        return RunJobFunction.RunJob(_context.Object, job);
    }

    private Task CreateTimer(DateTime at, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            Pauses.Add(at - Now);
            Now = at;
            return Task.CompletedTask;
        }

        TaskCompletionSource timer = new();
        cancellationToken.Register(() => timer.TrySetCanceled(cancellationToken));
        Held.Add(timer);
        return timer.Task;
    }
}
