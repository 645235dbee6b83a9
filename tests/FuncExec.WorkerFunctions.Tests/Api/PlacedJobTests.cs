using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>Jobs that say where their tasks run, and nodes that run only some of what there is.</summary>
public sealed class PlacedJobTests
{
    private static readonly string s_own = $"os={(OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "windows" : "macos")}";

    [Fact]
    public async Task A_task_runs_where_its_labels_are_and_waits_where_they_are_not()
    {
        ApiApp app = new(new WorkerFunctions.Api.Streams.StreamLimits(), "--FuncExec:Labels", "gpu, zone=eu");
        await app.InitializeAsync();
        try
        {
            string waiting = await app.PostAsync("""{"command":"true","runsOn":["gpu","tpu"]}""");

            JsonElement ran = await app.RunAsync(
                $$"""{"priority":9,"runsOn":["gpu","executor=command","{{s_own}}"],"commands":[{"command":"true"},{"command":"true","runsOn":["zone=eu"],"priority":0}]}""");

            Assert.Equal("succeeded", ran.GetProperty("status").GetString());
            Assert.Equal(1, (await app.GetAsync($"/api/jobs/{waiting}")).GetProperty("counts").GetProperty("queued").GetInt32());
            Assert.Equal(HttpStatusCode.Accepted, (await app.SendAsync(HttpMethod.Post, $"/api/jobs/{waiting}/cancel")).Status);
            Assert.Equal("cancelled", (await app.EndAsync(waiting)).GetProperty("status").GetString());
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_a_worker_jobs_are_taken_and_their_tasks_wait()
    {
        ApiApp app = new(new WorkerFunctions.Api.Streams.StreamLimits(), "--FuncExec:Role", "api");
        await app.InitializeAsync();
        try
        {
            string id = await app.PostAsync("""{"steps":[{"name":"a","payload":{"command":"true"}},{"name":"b","needs":["a"],"payload":{"command":"true"}}]}""");

            Assert.Equal(HttpStatusCode.Accepted, (await app.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel")).Status);

            JsonElement job = await app.EndAsync(id);
            Assert.Equal("cancelled", job.GetProperty("status").GetString());
            Assert.Equal(0, job.GetProperty("counts").GetProperty("succeeded").GetInt32());
        }
        finally
        {
            await app.DisposeAsync();
        }
    }
}
