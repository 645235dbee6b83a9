using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class ActivityTests
{
    [Fact]
    public async Task Activity_takes_a_client_and_a_token()
    {
        await using TestApp app = await TestApp.StartAsync(typeof(DurableApp));

        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Delegate));

        Assert.Equal($"{id}-other Hello Tokyo! True", (await app.WaitAsync(id)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("""{"version":"2.0"}""")]
    [InlineData("""{"version":"2.0","functionTimeout":"01:00:00"}""")]
    public async Task Activity_that_the_stop_cancelled_is_not_recorded_and_runs_again(string hostJson)
    {
        TestDirectory directory = new() { Kept = true };
        FrontProbe probe = new();
        TestApp first = await StartAsync(directory, probe, hostJson);
        string id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(HeldApp.CallHeld));
        await probe.Begun.Task.WaitAsync(TestApp.Patience);

        await first.DisposeAsync();

        await using (TestApp second = await StartAsync(directory, probe, hostJson))
        {
            Assert.Equal("input again", (await second.WaitAsync(id)).ReadOutputAs<string>());
        }

        directory.Dispose();
    }

    private static Task<TestApp> StartAsync(TestDirectory directory, FrontProbe probe, string hostJson) => TestApp.StartAsync(new TestAppOptions
    {
        Types = [typeof(HeldApp)],
        Directory = directory,
        HostJson = hostJson,
        Arguments = ["--FuncExec:Engine:DrainTimeout", "00:00:00.100", "--FuncExec:Engine:ActivityLimits:held", "2"],
        Configure = builder => builder.Services.AddSingleton(probe),
    });
}
