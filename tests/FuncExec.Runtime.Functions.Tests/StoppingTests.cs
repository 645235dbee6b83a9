using System.Net;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>A stop waits for nobody who can be told.</summary>
public sealed class StoppingTests
{
    private readonly FrontProbe _probe = new();

    [Theory]
    [InlineData("/api/events")]
    [InlineData("/api/output")]
    public async Task Stream_that_never_ends_is_cut_off(string path)
    {
        TestApp app = await StartAsync();
        using HttpResponseMessage response = await app.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[5]);

        await app.StopAsync().WaitAsync(TestApp.Patience);

        await _probe.Ended.Task.WaitAsync(TestApp.Patience);
        Assert.Equal(0, app.Log.Count(LogLevel.Error));
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Call_that_waits_is_answered_with_503()
    {
        TestApp app = await StartAsync();
        Task<HttpResponseMessage> waiting = app.Http.PostAsync("/api/wait", null);
        await _probe.Begun.Task.WaitAsync(TestApp.Patience);

        await app.StopAsync().WaitAsync(TestApp.Patience);

        using HttpResponseMessage response = await waiting;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.True(response.Headers.ConnectionClose);
        Assert.Contains("stopping", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await app.DisposeAsync();
    }

    // Whatever is not told to end would hold the stop for an hour.
    private Task<TestApp> StartAsync() => TestApp.StartAsync(new TestAppOptions
    {
        Types = [typeof(FrontApp)],
        Configure = builder =>
        {
            builder.Services.AddSingleton(_probe);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromHours(1));
        },
    });
}
