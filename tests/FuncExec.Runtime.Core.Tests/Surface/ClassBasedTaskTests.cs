using Microsoft.DurableTask;
using Moq;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class ClassBasedTaskTests
{
    [Fact]
    public async Task An_activity_runs_with_its_input_and_tells_its_types()
    {
        ITaskActivity activity = FuncTaskActivity.Create<int, string>((_, input) => Task.FromResult($"{input + 1}"));

        Assert.Equal("4", await activity.RunAsync(Mock.Of<TaskActivityContext>(), 3));
        Assert.Equal(typeof(int), activity.InputType);
        Assert.Equal(typeof(string), activity.OutputType);
    }

    [Fact]
    public async Task No_input_is_the_types_default()
    {
        ITaskOrchestrator orchestrator = FuncTaskOrchestrator.Create<int, int>((_, input) => Task.FromResult(input));

        Assert.Equal(0, await orchestrator.RunAsync(new FakeContext(), null));
    }

    [Fact]
    public async Task An_input_of_another_type_is_refused_by_name()
    {
        ITaskOrchestrator orchestrator = FuncTaskOrchestrator.Create<int, int>((_, input) => Task.FromResult(input));

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => orchestrator.RunAsync(new FakeContext(), "three"));
        Assert.Contains("System.String", refused.Message);
        Assert.Contains("System.Int32", refused.Message);
    }

    [Fact]
    public async Task An_orchestrator_stays_on_its_scheduler()
    {
        TaskCompletionSource turn = new();
        ITaskOrchestrator orchestrator = FuncTaskOrchestrator.Create<int, int>(async (_, input) =>
        {
            await turn.Task;
            return input;
        });
        ConcurrentExclusiveSchedulerPair schedulers = new();
        TaskScheduler? resumedOn = null;

        Task run = Task.Factory.StartNew(
            async () =>
            {
                await orchestrator.RunAsync(new FakeContext(), 1);
                resumedOn = TaskScheduler.Current;
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            schedulers.ExclusiveScheduler).Unwrap();
        turn.SetResult();
        await run.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Same(schedulers.ExclusiveScheduler, resumedOn);
    }

    [Fact]
    public void The_attribute_takes_the_class_name_when_it_is_given_none()
    {
        Assert.Equal(default, new DurableTaskAttribute().Name);
        Assert.Equal("Greet", new DurableTaskAttribute("Greet").Name);
        Assert.Equal(default, new DurableEventAttribute("").Name);
    }
}
