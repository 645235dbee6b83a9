using System.Net;
using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using FuncExec.Runtime.Hubs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class ReadinessTests
{
    [Fact]
    public async Task Without_the_engine_durable_calls_are_503_and_others_go_on()
    {
        await using TestApp app = await TestApp.StartAsync(typeof(DurableApp), typeof(LevelApp));
        await app.Services.GetRequiredService<RuntimeState>().Engine!.StopAsync(CancellationToken.None);

        using HttpResponseMessage start = await app.SendAsync(HttpMethod.Post, "/api/start/Wait");
        using HttpResponseMessage list = await app.SendAsync(HttpMethod.Get, "/runtime/webhooks/durabletask/instances");
        using HttpResponseMessage plain = await app.SendAsync(HttpMethod.Get, "/api/function");

        foreach (HttpResponseMessage response in new[] { start, list })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
            Assert.Contains("has not started, or has stopped", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_503_without_details()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(LevelApp)],
            Configure = builder => builder.UseMiddleware((_, _) => throw new HubUnavailableException("the disk at /secret is full")),
        });

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, "/api/function");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(app.Log.Has("secret"));
    }

    [Fact]
    public async Task Host_may_be_disposed_of_synchronously()
    {
        TestDirectory directory = new() { Kept = true };
        TestApp first = await TestApp.StartAsync(new TestAppOptions { Types = [typeof(DurableApp)], Directory = directory });
        string id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Wait));

        first.DisposeSynchronously();

        await using (TestApp second = await TestApp.StartAsync(new TestAppOptions { Types = [typeof(DurableApp)], Directory = directory }))
        {
            Assert.NotNull(await second.Client.GetInstanceAsync(id));
        }

        directory.Dispose();
    }
}
