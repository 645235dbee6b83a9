using FuncExec.Runtime.Functions.Tests.Apps.Classes;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>Classes with [DurableTask], called through what is generated for them.</summary>
public sealed class ClassBasedTests : IAsyncLifetime
{
    private readonly Greetings _greetings = new("Hello");
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Types = ClassApp.Types,
        Configure = builder => builder.Services.AddSingleton(_greetings),
        Arguments = ["--FuncExec:Engine:ShadowReplayEvery", "1"],
    });

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task Orchestrators_and_activities_are_called_with_services()
    {
        string id = await ClassApp.StartAsync(_app.Client, 2);

        OrchestrationMetadata end = await _app.WaitAsync(id);
        Assert.Equal(
            $"Hello! Hello 0 (GreetByClass for {id}-child), Hello 1 (GreetByClass for {id}-child): 2", end.ReadOutputAs<string>());
        Assert.Equal(2, _greetings.Seen.Count);
    }

    [Fact]
    public async Task Input_with_a_null_need_not_be_given()
    {
        string id = await _app.Client.ScheduleNewGreetOftenInstanceAsync();

        Assert.EndsWith(": 1", (await _app.WaitAsync(id)).ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_run_of_an_orchestrator_has_its_own_object()
    {
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _app.Client.ScheduleNewGreetAllInstanceAsync(["a", "b", "c"])));

        foreach (string id in ids)
        {
            Assert.EndsWith(": 3", (await _app.WaitAsync(id)).ReadOutputAs<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Entities_keep_their_state_and_take_services()
    {
        string id = await _app.Client.ScheduleNewAddToTallyInstanceAsync(4);

        Assert.Equal("Hello 5", (await _app.WaitAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_are_sent_and_awaited_by_their_type()
    {
        string waiting = await _app.Client.ScheduleNewDecideInstanceAsync();
        await _app.Client.ScheduleNewDecideInstanceAsync(waiting);

        Assert.True((await _app.WaitAsync(waiting)).ReadOutputAs<bool>());
    }

    [Fact]
    public async Task A_failure_is_that_of_the_class()
    {
        OrchestrationMetadata end = await _app.WaitAsync(await _app.Client.ScheduleNewFailByClassInstanceAsync());

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("broken 3", end.FailureDetails!.InnerFailure!.ErrorMessage);
        Assert.Equal(typeof(InvalidOperationException).FullName, end.FailureDetails.InnerFailure.ErrorType);
    }
}
