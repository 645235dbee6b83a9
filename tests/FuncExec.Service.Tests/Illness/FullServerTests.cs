using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Database;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Illness;

/// <summary>The disk of the server becomes full, and has room again.</summary>
public sealed class FullServerTests(ITestOutputHelper output)
{
    private const int DiskMebibytes = 160;

    [Fact]
    public async Task Nothing_is_taken_what_runs_goes_on_and_all_ends_right_once_there_is_room()
    {
        using var data = new DataDirectory();
        await using PostgresServer server = await PostgresServer.StartOnSmallDiskAsync(DiskMebibytes);
        string connectionString = await server.CreateDatabaseAsync();
        string database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await using ServiceProcess node = DatabaseNode.Make(data, "node", connectionString, ("HEARTBEAT_TIMEOUT_SECONDS", "600"), ("FuncExec__DrainTimeout", "1s"));
        await node.StartAsync();
        var watch = new NodeWatch(node.Api, server, database);
        using var gate = new Gate(data);
        string journal = data.File("journal");
        string id = await watch.PostAsync(gate, journal);
        server.SetDiskFull(true);

        var accepted = new List<string>();
        Answer answer = await PostAsync(node.Api, accepted);
        for (int i = 0; i < 1_000 && answer.Status is HttpStatusCode.Accepted; i++)
        {
            answer = await PostAsync(node.Api, accepted);
        }

        output.WriteLine($"{accepted.Count} accepted, then {(int)answer.Status} {answer.Text}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.NotNull(answer.Message.Headers.RetryAfter);
        Assert.Contains("disk is full", answer.Text, StringComparison.Ordinal);
        await IllStore.ExpectUnreadyAsync(node.Api, "disk is full");
        Assert.Equal(HttpStatusCode.OK, (await node.Api.GetAsync($"/api/jobs/{id}")).Status); // What can be read is shown.
        gate.Open();
        await Patience.UntilAsync("the command has ended", () => gate.Living.Count == 0);
        server.SetDiskFull(false);

        await IllStore.ExpectRecoveryAsync(node.Api);
        await watch.ExpectRunOnceAsync(id, journal);
        foreach (string one in accepted)
        {
            JsonElement job = await node.Api.WaitForEndAsync(one);
            Assert.True(job.GetProperty("status").GetString() == "succeeded", job.ToString());
        }

        await watch.ExpectNothingLeftAsync();
        Assert.DoesNotContain("PANIC", server.Log, StringComparison.Ordinal);
    }

    /// <summary>Documents that do not compress, so that each needs pages.</summary>
    private static async Task<Answer> PostAsync(ServiceClient api, List<string> accepted)
    {
        byte[] noise = new byte[60_000];
        Random.Shared.NextBytes(noise);
        Answer answer = await api.SendAsync(
            HttpMethod.Post, "/api/jobs", () => JsonContent.Create(new { command = "sh", args = new[] { "-c", "exit 0", Convert.ToHexString(noise) } }));
        if (answer.Status is HttpStatusCode.Accepted)
        {
            accepted.Add(answer.Json.GetProperty("id").GetString()!);
        }

        return answer;
    }
}
