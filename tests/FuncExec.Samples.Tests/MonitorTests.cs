using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class MonitorTests() : SampleTest("Monitor")
{
    private string File => Path.Combine(Scratch, "awaited");

    [Fact]
    public async Task It_ends_when_the_file_is_there()
    {
        await using SampleApp app = await StartAsync();

        HttpResponseMessage started = await WatchAsync(app, "one", forTime: "00:10:00");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await EndAsync(app, "one", static watch => watch.GetProperty("progress").GetString() is not null);
        await System.IO.File.WriteAllTextAsync(File, "");

        Assert.Equal("there", await EndAsync(app, "one", static watch => watch.GetProperty("status").GetString() == "Completed"));
    }

    [Fact]
    public async Task It_gives_up_when_time_is_over()
    {
        await using SampleApp app = await StartAsync();

        await WatchAsync(app, "two", forTime: "00:00:00.5");

        Assert.Equal("not there in time", await EndAsync(app, "two", static watch => watch.GetProperty("status").GetString() == "Completed"));
    }

    [Fact]
    public async Task A_name_is_watched_once_at_a_time_and_must_fit_the_route()
    {
        await using SampleApp app = await StartAsync();

        await WatchAsync(app, "three", forTime: "00:10:00");

        Assert.Equal(HttpStatusCode.Conflict, (await WatchAsync(app, "three", forTime: "00:10:00")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/api/watches/other")).StatusCode);
        Assert.False((await WatchAsync(app, "4", forTime: "00:10:00")).IsSuccessStatusCode);
    }

    private Task<HttpResponseMessage> WatchAsync(SampleApp app, string name, string forTime) =>
        app.Http.PutAsJsonAsync($"/api/watches/{name}", new { path = File, every = "00:00:00.1", @for = forTime });

    private static async Task<string?> EndAsync(SampleApp app, string name, Func<JsonElement, bool> isReached) =>
        (await app.PollAsync(new Uri(app.Http.BaseAddress!, $"/api/watches/{name}"), isReached)).GetProperty("result").GetString();
}
