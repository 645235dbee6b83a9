using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>What a node tells of itself, and how it comes to its end.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task Node_is_shown_with_what_it_is_and_does()
    {
        ApiApp app = new(
            new StreamLimits(), "--WORKER_ID", "one", "--FuncExec:Labels", "gpu", "--MAX_CONCURRENT_TASKS", "7", "--HEARTBEAT_TIMEOUT_SECONDS", "2");
        await app.InitializeAsync();
        try
        {
            string id = await app.PostAsync("""{"command":"sleep","args":["600"]}""");
            await app.WaitForTaskAsync(id, "main/0", "running");
            JsonElement node;
            do
            {
                node = await app.NodeIsAsync("active");
            }
            while (node.GetProperty("running").GetInt32() != 1);

            Assert.Equal("one", node.GetProperty("name").GetString());
            Assert.Equal("all", node.GetProperty("role").GetString());
            Assert.Equal(7, node.GetProperty("slots").GetInt32());
            string[] labels = [.. node.GetProperty("labels").EnumerateArray().Select(static label => label.GetString()!)];
            Assert.Contains("gpu", labels);
            Assert.Contains("executor=command", labels);
            Assert.Contains(labels, static label => label.StartsWith("arch=", StringComparison.Ordinal));
            Assert.Contains(labels, static label => label.StartsWith("host=", StringComparison.Ordinal));
            Assert.Contains(labels, static label => label.StartsWith("os=", StringComparison.Ordinal));
            Assert.Contains(node.GetProperty("executors").EnumerateArray(), static executor =>
                executor.GetProperty("name").GetString() == "command" && executor.GetProperty("healthy").GetBoolean());
            await app.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel");
            await app.EndAsync(id);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Draining_node_starts_nothing_and_gives_back_what_runs_when_its_time_is_over()
    {
        ApiApp app = new(new StreamLimits(), "--FuncExec:DrainTimeout", "1s", "--FuncExec:KillGrace", "100ms", "--HEARTBEAT_TIMEOUT_SECONDS", "2");
        await app.InitializeAsync();
        try
        {
            string running = await app.PostAsync("""{"command":"sleep","args":["600"]}""");
            await app.WaitForTaskAsync(running, "main/0", "running");
            string node = (await app.NodeIsAsync("active")).GetProperty("id").GetString()!;

            (HttpStatusCode status, JsonElement body) = await app.SendAsync(HttpMethod.Post, $"/api/nodes/{node}/drain");
            Assert.Equal((HttpStatusCode.Accepted, "draining"), (status, body.GetProperty("state").GetString()));
            await app.WaitForTaskAsync(running, "main/0", "queued");

            JsonElement task = await app.GetAsync($"/api/jobs/{running}/tasks/main/0");
            Assert.Equal("It waits for a node that runs tasks: none is there.", task.GetProperty("waitingFor").GetString());
            string later = await app.PostAsync("""{"command":"true"}""");
            Assert.True(app.Get<NodeDrain>().IsDraining);
            Assert.Equal("queued", (await app.GetAsync($"/api/jobs/{later}/tasks/main/0")).GetProperty("status").GetString());
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Commands_that_end_in_time_end_well_while_the_node_drains()
    {
        ApiApp app = new(new StreamLimits(), "--HEARTBEAT_TIMEOUT_SECONDS", "2");
        await app.InitializeAsync();
        try
        {
            string gate = Path.Combine(app.Directory, "gate");
            string running = await app.PostAsync($$"""{"command":"while ! test -e {{gate}}; do sleep 0.05; done","shell":true}""");
            await app.WaitForTaskAsync(running, "main/0", "running");
            app.Get<NodeDrain>().Begin();
            await app.NodeIsAsync("draining");

            await File.WriteAllTextAsync(gate, "");

            await app.WaitForTaskAsync(running, "main/0", "succeeded");
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Worker_that_finds_nothing_ends_by_itself()
    {
        ApiApp app = new(new StreamLimits(), "--FuncExec:Role", "worker", "--exit-when-idle", "200ms");
        await app.InitializeAsync();
        try
        {
            await app.WhenStoppingAsync();
        }
        finally
        {
            await app.DisposeAsync();
        }
    }
}
