using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>What becomes of a job whose instances somebody steers by the management API, past the ledger.</summary>
[Collection(ApiCollection.Name)]
public sealed class ManagedByHandTests(ApiApp app)
{
    [Theory]
    [InlineData("")]
    [InlineData(":main:0")]
    public async Task Cancel_event_raised_by_hand_ends_commands_and_job(string lane)
    {
        string id = await app.PostAsync(Documents.Command("sleep", "600"));
        await app.WaitForTaskAsync(id, "main/0", "running");

        await SteerAsync(id + lane, "raiseEvent/funcexec.cancel", ApiApp.Json("null"));
        JsonElement ended = await app.EndAsync(id);

        Assert.Equal("cancelled", ended.GetProperty("status").GetString());
        Assert.StartsWith("cancelled: The event 'funcexec.cancel' was raised by the management API", ended.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("cancelled", (await app.GetAsync($"/api/jobs/{id}/tasks/main/0")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Lane_terminated_by_hand_cancels_its_job_with_the_reason()
    {
        string id = await app.PostAsync(Documents.Command("sleep", "600"));
        await app.WaitForTaskAsync(id, "main/0", "running");

        await SteerAsync($"{id}:main:0", "terminate?reason=enough");
        JsonElement ended = await app.EndAsync(id);

        Assert.Equal("cancelled", ended.GetProperty("status").GetString());
        Assert.Equal($"cancelled: Its lane '{id}:main:0' was terminated by the management API: enough.", ended.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Lane_suspended_by_hand_is_let_go_by_suspending_and_resuming_its_job()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string id = await app.PostAsync(JsonSerializer.Serialize(new
        {
            maxParallelism = 1,
            steps = new[] { new { name = "main", tasks = new object[] { new { payload = new { command = Documents.Until(go), shell = true } }, new { payload = new { command = "true" } } } } },
        }));
        await app.WaitForTaskAsync(id, "main/0", "running");

        await SteerAsync($"{id}:main:0", "suspend");
        await File.WriteAllTextAsync(go, "");
        await app.WaitForTaskAsync(id, "main/0", "succeeded");
        Assert.Equal("running", (await app.GetAsync($"/api/jobs/{id}")).GetProperty("status").GetString());
        await PostAsync($"/api/jobs/{id}/suspend");
        await PostAsync($"/api/jobs/{id}/resume");

        Assert.Equal("succeeded", (await app.EndAsync(id)).GetProperty("status").GetString());
    }

    private Task SteerAsync(string instance, string verb, HttpContent? content = null) =>
        PostAsync($"/runtime/webhooks/durabletask/instances/{Uri.EscapeDataString(instance)}/{verb}", content);

    private async Task PostAsync(string path, HttpContent? content = null)
    {
        (HttpStatusCode status, JsonElement body) = await app.SendAsync(HttpMethod.Post, path, content);
        Assert.True(status == HttpStatusCode.Accepted, $"{path}: {status}: {body}");
    }
}
