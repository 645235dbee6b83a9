using System.Net;
using System.Text.Json;
using FuncExec.Chaos.Tests.Running;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Chaos.Tests;

/// <summary>A node that was told to stop, and waits for what runs there, still hears what becomes of it.</summary>
public sealed class StoppingNodeTests
{
    [Fact]
    public async Task A_job_that_is_cancelled_ends_on_a_node_that_stops()
    {
        using var data = new DataDirectory();
        using var gate = new Gate(data);
        await using Cluster cluster = await Cluster.StartAsync(1, (connectionString, port) =>
        [
            Node.Make("stops", connectionString, port, data.Data, isNext: false),
            Node.Make("stays", connectionString, port, data.Data, isNext: false),
        ]);
        (Node stops, Node stays) = (cluster.Nodes[0], cluster.Nodes[1]);
        string id = await gate.PostAsync(stops.Service.Api); // The only node that there is runs it.
        await stays.Service.StartAsync();

        Task<int> stopping = stops.Service.StopAsync(); // Its drain alone would take an hour.
        await Patience.UntilAsync("it answers no more", async () => !await stops.Service.Api.IsThereAsync());
        Assert.Single(gate.Living);
        await Patience.UntilAsync("the other tells that it drains", async () => await IsAsync(stays, "stops", "draining", running: 1));
        (await stays.Service.Api.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel")).Expect(HttpStatusCode.Accepted);

        Assert.Equal(0, await stopping);
        Assert.Empty(gate.Living);
        JsonElement job = await stays.Service.Api.WaitForEndAsync(id);
        Assert.Equal("cancelled", job.GetProperty("status").GetString());
        await Patience.UntilAsync("the other tells that it is gone", async () => await IsAsync(stays, "stops", "gone", running: 0));
        Assert.Equal(0, await stays.Service.StopAsync());
    }

    private static async Task<bool> IsAsync(Node asked, string name, string state, int running) =>
        (await asked.Service.Api.ReadAsync("/api/nodes")).GetProperty("items").EnumerateArray()
            .Single(node => node.GetProperty("name").GetString() == name) is var node
        && node.GetProperty("state").GetString() == state
        && node.GetProperty("running").GetInt32() == running;
}
