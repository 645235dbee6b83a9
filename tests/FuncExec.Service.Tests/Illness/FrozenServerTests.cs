using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Nodes;
using FuncExec.Service.Tests.Running;
using Npgsql;

namespace FuncExec.Service.Tests.Illness;

/// <summary>The database stands still for longer than the leases of two nodes.</summary>
public sealed class FrozenServerTests : NodesTests
{
    [Fact]
    public async Task Nodes_end_what_they_run_and_it_runs_again_when_the_server_goes_on()
    {
        string patience = new NpgsqlConnectionStringBuilder(ConnectionString) { Timeout = 3, CommandTimeout = 3 }.ConnectionString;
        ServiceProcess left = await StartAsync("left", ("FuncExec__KillGrace", "1s"), ("ConnectionStrings__PostgreSQL", patience));
        ServiceProcess right = await StartAsync("right", ("FuncExec__KillGrace", "1s"), ("ConnectionStrings__PostgreSQL", patience));
        using var gate = new Gate(Data);
        string journal = Data.File("journal");
        string done = (await left.Api.PostJobAsync(new { command = "sh", args = new[] { "-c", $"echo done >> {journal}" } })).GetProperty("id").GetString()!;
        await left.Api.WaitForEndAsync(done);
        string[] ids = [await PostAsync(left, gate, journal), await PostAsync(right, gate, journal)];
        await Patience.UntilAsync("both run", () => Cats(gate).Count == 2);
        List<LivingProcess> before = gate.Living;

        Server.SetPaused(true);
        try
        {
            await Patience.UntilAsync("the nodes have ended what they ran", () => gate.Living.Count == 0);
            // The app tells that its stores do not answer; the runtime, once the lease is over, that it has no session on the hub.
            Answer readiness = await left.Api.GetAsync("/readyz");
            Assert.True(readiness.Status is HttpStatusCode.ServiceUnavailable && readiness.Text.Contains(" hub", StringComparison.Ordinal), readiness.Text);
            Answer refused = await right.Api.SendAsync(HttpMethod.Post, "/api/jobs", static () => JsonContent.Create(new { command = "true" }));
            Assert.True(refused.Status is HttpStatusCode.ServiceUnavailable && refused.Message.Headers.RetryAfter is not null, refused.Text);
        }
        finally
        {
            Server.SetPaused(false);
        }

        await Patience.UntilAsync("both run again", () => Cats(gate).Count == 2);
        Assert.DoesNotContain(gate.Living, process => before.Exists(earlier => earlier.Id == process.Id));
        gate.Open();
        foreach (string id in ids)
        {
            Assert.Equal("succeeded", (await right.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
            JsonElement task = await right.Api.ReadAsync($"/api/jobs/{id}/tasks/main/0");
            Assert.Equal((1, 1), (task.GetProperty("attempt").GetInt32(), task.GetProperty("attempts").GetArrayLength()));
        }

        await IllStore.ExpectRecoveryAsync(left.Api);
        await IllStore.ExpectRecoveryAsync(right.Api);
        Assert.Equal(["done", "begun", "begun", "begun", "begun", "ended", "ended"], await File.ReadAllLinesAsync(journal));
        Assert.DoesNotContain("deadlock", Server.Log, StringComparison.Ordinal);
    }

    private static List<LivingProcess> Cats(Gate gate) => [.. gate.Living.Where(static process => process.Command.StartsWith("cat ", StringComparison.Ordinal))];

    private static async Task<string> PostAsync(ServiceProcess node, Gate gate, string journal) => (await node.Api.PostJobAsync(new
    {
        command = "sh",
        args = new[] { "-c", "echo begun >> \"$1\"; cat \"$2\"; echo ended >> \"$1\"", "sh", journal, gate.Path },
        env = gate.Environment,
    })).GetProperty("id").GetString()!;
}
