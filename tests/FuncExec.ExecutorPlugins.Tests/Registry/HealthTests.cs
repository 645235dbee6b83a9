using System.Text.Json;
using FuncExec.ExecutorPlugins.Tests.Processes;

namespace FuncExec.ExecutorPlugins.Tests.Registry;

public sealed class HealthTests
{
    [Fact]
    public async Task Executor_that_throws_is_unhealthy_and_hides_no_other()
    {
        ExecutorRegistry registry = new([new Executor("a", static _ => throw new InvalidDataException("no disk")), new Executor("b", static _ => Task.FromResult(new ExecutorHealth(true, "fine")))]);

        IReadOnlyList<ExecutorStatus> statuses = await registry.CheckHealthAsync(CancellationToken.None);

        Assert.Equal(new ExecutorHealth(false, "It could not say how it is: no disk"), statuses[0].Health);
        Assert.Equal(new ExecutorHealth(true, "fine"), statuses[1].Health);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Executor_that_says_nothing_is_unhealthy_after_five_seconds(bool keepsItsThread)
    {
        using ManualResetEventSlim asked = new();
        using ManualResetEventSlim never = new();
        TaskCompletionSource<ExecutorHealth> silent = new();
        Executor executor = new("a", _ =>
        {
            asked.Set();
            if (keepsItsThread)
            {
                never.Wait(CancellationToken.None);
            }

            return silent.Task;
        });
        HealthTime time = new();
        Task<IReadOnlyList<ExecutorStatus>> statuses = new ExecutorRegistry([new RegisteredExecutor(executor, true, "")], time).CheckHealthAsync(CancellationToken.None);
        Assert.True(asked.Wait(TimeSpan.FromMinutes(1)));

        time.Fire();

        Assert.Equal(new ExecutorHealth(false, "It did not say within 5 s how it is."), (await statuses.WaitAsync(TimeSpan.FromMinutes(1)))[0].Health);
        never.Set();
    }

    [Fact]
    public async Task Caller_who_gives_up_is_told_so()
    {
        using CancellationTokenSource cancel = new();
        ExecutorRegistry registry = new([new Executor("a", static _ => new TaskCompletionSource<ExecutorHealth>().Task)]);
        Task<IReadOnlyList<ExecutorStatus>> statuses = registry.CheckHealthAsync(cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => statuses);
    }

    private sealed class Executor(string name, Func<CancellationToken, Task<ExecutorHealth>> check) : IExecutor
    {
        public string Name => name;

        public ExecutorCapabilities Capabilities { get; } = new("", "");

        public IReadOnlyList<PayloadMistake> Validate(JsonElement payload) => [];

        public Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) => check(cancellationToken);
    }

    /// <summary>Its timers of five seconds fire when the test says.</summary>
    private sealed class HealthTime : TimeProvider
    {
        private Action _fire = static () => { };

        public void Fire() => _fire();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(TimeSpan.FromSeconds(5), dueTime);
            _fire = () => callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        }
    }
}
