using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

public sealed class RunningTasksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly RunningTasks _running = new();

    [Fact]
    public async Task One_call_at_a_time_is_about_a_task()
    {
        RunningTask first = await EnterAsync("a", 0);
        Task<RunningTask> second = EnterAsync("a", 0);
        using RunningTask other = await EnterAsync("a", 1);
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second.WaitAsync(Patience)).Dispose();
        Assert.Equal(1, _running.Count);
    }

    [Fact]
    public async Task Only_tasks_of_the_job_are_ended()
    {
        using RunningTask one = await EnterAsync("a", 0);
        using RunningTask two = await EnterAsync("a", 1);
        using RunningTask other = await EnterAsync("b", 0);

        _running.Cancel("a");

        Assert.True(one.Stopped.IsCancellationRequested && two.Stopped.IsCancellationRequested);
        Assert.False(other.Stopped.IsCancellationRequested);
        Assert.Equal(["a", "b"], _running.Jobs.Order());

        Assert.False(one.Lost.IsCancellationRequested);

        _running.CancelAll();
        Assert.All((RunningTask[])[one, two, other], static task => Assert.True(task.Lost.IsCancellationRequested));
        Assert.Equal((StopReason.Job, StopReason.NodeDead), (one.Reason, other.Reason));
    }

    [Fact]
    public async Task Ending_what_has_left_does_nothing()
    {
        RunningTask task = await EnterAsync("a", 0);
        task.Dispose();

        task.Stop(StopReason.Job);

        Assert.Equal(StopReason.None, task.Reason);
        Assert.Empty(_running.Jobs);
    }

    private Task<RunningTask> EnterAsync(string job, int index) => _running.EnterAsync(new TaskKey(job, 0, index), CancellationToken.None);
}
