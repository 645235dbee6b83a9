using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>Which versions an app runs, by its settings.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData("""{}""", null, " -1")]
    [InlineData("""{}""", "9", "9 1")]
    [InlineData("""{"defaultVersion":"1.5"}""", null, "1.5 0")]
    [InlineData("""{"defaultVersion":"1.5"}""", "1.4", "1.4 -1")]
    [InlineData("""{"defaultVersion":"1.5"}""", "1.6", "left alone")]
    [InlineData("""{"defaultVersion":"1.5","versionFailureStrategy":"fail"}""", "1.6", "VersionMismatch")]
    [InlineData("""{"defaultVersion":"1.5","versionMatchStrategy":"Strict","versionFailureStrategy":"Fail"}""", "1.4", "VersionMismatch")]
    [InlineData("""{"defaultVersion":"1.5","versionMatchStrategy":"None"}""", "1.6", "1.6 1")]
    [InlineData("""{"versionMatchStrategy":"Strict","versionFailureStrategy":"Fail"}""", "1.6", "VersionMismatch")]
    public async Task Settings_choose_what_is_run(string durable, string? version, string outcome)
    {
        await using TestApp app = await StartAsync(durable);

        Assert.Equal(outcome, await OutcomeAsync(app, version));
        Assert.DoesNotContain(app.Log.Records, static record => record.Text.Contains("have no effect here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_of_the_worker_come_before_the_settings()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(VersionApp)],
            HostJson = """{"version":"2.0","extensions":{"durableTask":{"defaultVersion":"1.0","versionMatchStrategy":"None"}}}""",
            Configure = static builder => builder.Services.Configure<DurableTaskWorkerOptions>(static options =>
                options.Versioning = new DurableTaskWorkerOptions.VersioningOptions
                {
                    Version = "2.0",
                    DefaultVersion = "2.0",
                    MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.Strict,
                    FailureStrategy = DurableTaskWorkerOptions.VersionFailureStrategy.Fail,
                }),
        });

        Assert.Equal("2.0 1", await OutcomeAsync(app, null));
        Assert.Equal("VersionMismatch", await OutcomeAsync(app, "1.0"));
    }

    [Fact]
    public async Task Builders_set_the_same()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(VersionApp)],
            Configure = static builder => builder.Services
                .AddDurableTaskClient(static client => client.UseDefaultVersion("1.6"))
                .AddDurableTaskWorker(static worker => worker.UseVersioning(new DurableTaskWorkerOptions.VersioningOptions
                {
                    Version = "1.6",
                    MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder,
                    FailureStrategy = DurableTaskWorkerOptions.VersionFailureStrategy.Fail,
                })),
        });

        Assert.Equal("1.6 1", await OutcomeAsync(app, null));
        Assert.Equal("1.4 -1", await OutcomeAsync(app, "1.4"));
        Assert.Equal("VersionMismatch", await OutcomeAsync(app, "1.7"));
    }

    [Theory]
    [InlineData("versionMatchStrategy", "'extensions.durableTask.versionMatchStrategy' is 'newest'; allowed is one of None, Strict, CurrentOrOlder.")]
    [InlineData("versionFailureStrategy", "'extensions.durableTask.versionFailureStrategy' is 'newest'; allowed is one of Reject, Fail.")]
    public async Task Unknown_strategies_end_the_start(string setting, string message)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => StartAsync($$"""{"{{setting}}":"newest"}"""));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(string durable) => TestApp.StartAsync(new TestAppOptions
    {
        Types = [typeof(VersionApp)],
        HostJson = """{"version":"2.0","extensions":{"durableTask":""" + durable + "}}",
    });

    private static async Task<string> OutcomeAsync(TestApp app, string? version)
    {
        StartOrchestrationOptions options = version is null ? new StartOrchestrationOptions() : new StartOrchestrationOptions { Version = version };
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(VersionApp.Version), null, options);
        await TestApp.WaitForAsync(() => app.Log.Has($"Instance '{id}' is not run here") || app.Client.GetInstanceAsync(id).Result!.IsCompleted);
        OrchestrationMetadata end = (await app.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!;
        return end.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Pending => "left alone",
            OrchestrationRuntimeStatus.Failed => end.FailureDetails!.ErrorType,
            _ => end.ReadOutputAs<string>()!,
        };
    }
}
