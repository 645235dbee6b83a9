using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tests.Hosting;

/// <summary>How a worker ends that finds nothing.</summary>
public sealed class IdleExitTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly IOptions<AppOptions> s_options = Options.Create(new AppOptions { ExitWhenIdle = TimeSpan.FromMilliseconds(100) });

    private readonly RunningTasks _running = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly NodeDrain _drain = new(s_options, TimeProvider.System, NullLogger<NodeDrain>.Instance);
    private readonly IdleExit _exit;

    public IdleExitTests() => _exit = new IdleExit(_running, _drain, _lifetime, s_options, TimeProvider.System, NullLogger<IdleExit>.Instance);

    public void Dispose()
    {
        _exit.Dispose();
        _drain.Dispose();
    }

    [Fact]
    public async Task Task_that_is_taken_as_an_idle_worker_closes_runs_to_its_end()
    {
        TaskCompletionSource<RunningTask> taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration closing = _drain.Begun.Register(() => taken.SetResult(_running.TryEnter(new TaskKey("job", 0, 0))!));
        TaskCompletionSource<int> stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration stop = _lifetime.ApplicationStopping.Register(() => stopping.SetResult(_running.Count));

        await _exit.StartAsync(CancellationToken.None);
        _lifetime.NotifyStarted();
        using (RunningTask task = await taken.Task.WaitAsync(s_limit))
        {
            // It is looked at some times meanwhile.
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            Assert.False(_drain.Over.IsCancellationRequested);
        }

        Assert.Equal(0, await stopping.Task.WaitAsync(s_limit));
    }

    [Fact]
    public async Task Node_that_has_not_started_is_not_idle()
    {
        await _exit.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.False(_drain.IsDraining);

        _lifetime.NotifyStarted();
        _lifetime.ApplicationStopping.WaitHandle.WaitOne(s_limit);
        Assert.True(_drain.IsDraining);
    }
}
