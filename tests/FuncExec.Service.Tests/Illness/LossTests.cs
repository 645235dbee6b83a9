using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Npgsql;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Illness;

/// <summary>
/// The database is away for less than a lease: the node says so to whoever asks, what runs goes on and is recorded once when it is back.
/// </summary>
public sealed class LossTests(LoneNode node, ITestOutputHelper output) : IClassFixture<LoneNode>
{
    private ServiceClient Api => node.Watch.Api;

    [Fact]
    public async Task Server_is_stopped_and_started() =>
        await FallIllAsync("cannot be reached", node.Server.StopAsync, node.Server.StartAgainAsync);

    [Fact]
    public async Task Server_is_killed_and_started() =>
        await FallIllAsync("cannot be reached", node.Server.KillAsync, node.Server.StartAgainAsync);

    [Fact]
    public async Task Server_has_no_connection_left()
    {
        var hogs = new List<NpgsqlConnection>();
        await FallIllAsync(
            "Raise its max_connections",
            async () =>
            {
                // The node has none while others take them all.
                await node.Server.ExecuteAsync("ALTER ROLE node CONNECTION LIMIT 0; CREATE ROLE hog LOGIN");
                await node.Server.EndConnectionsAsync(node.Database);
                string connectionString = new NpgsqlConnectionStringBuilder(node.Server.ConnectionString()) { Username = "hog", Pooling = false }.ConnectionString;
                for (bool isFull = false; !isFull;)
                {
                    var hog = new NpgsqlConnection(connectionString);
                    try
                    {
                        await hog.OpenAsync();
                        hogs.Add(hog);
                    }
                    catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
                    {
                        isFull = true;
                    }
                }

                await node.Server.ExecuteAsync("ALTER ROLE node CONNECTION LIMIT -1");
            },
            async () =>
            {
                foreach (NpgsqlConnection hog in hogs)
                {
                    await hog.DisposeAsync();
                }
            });
    }

    /// <summary>What was asked of a server that stands still may happen when it goes on: the same key then finds out what is true.</summary>
    [Fact]
    public async Task Server_is_paused()
    {
        const string Key = "asked-of-a-paused-server";
        using var gate = new Gate(node.Data);
        string journal = node.Data.File("journal-paused");
        string id = await node.Watch.PostAsync(gate, journal);
        string twice = node.Data.File("twice");
        Answer[] answers;
        node.Server.SetPaused(true);
        try
        {
            gate.Open();
            answers = await Task.WhenAll(
                SendAsync(), Api.GetAsync($"/api/jobs/{id}"), Api.GetAsync($"/runtime/webhooks/durabletask/instances/{id}"));
            await IllStore.ExpectUnreadyAsync(Api, "does not answer", "The ledger", "The blob store", "The hub");
        }
        finally
        {
            node.Server.SetPaused(false);
        }

        Assert.All(answers, static answer => Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable && answer.Message.Headers.RetryAfter is not null, $"{answer.Status} {answer.Text}"));
        await IllStore.ExpectRecoveryAsync(Api);
        await node.Watch.ExpectRunOnceAsync(id, journal);
        Answer again = await SendAsync();
        Assert.Contains(again.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Accepted]);
        Assert.Equal("succeeded", (await Api.WaitForEndAsync(again.Json.GetProperty("id").GetString()!)).GetProperty("status").GetString());
        Assert.Equal(["once"], await File.ReadAllLinesAsync(twice));
        await node.Watch.ExpectNothingLeftAsync();

        Task<Answer> SendAsync() => Api.SendAsync(
            HttpMethod.Post, "/api/jobs", () => JsonContent.Create(new { name = "keyed", command = "sh", args = new[] { "-c", $"echo once >> {twice}" } }), Key);
    }

    private async Task FallIllAsync(string why, Func<Task> fall, Func<Task> mend)
    {
        using var gate = new Gate(node.Data);
        string journal = node.Data.File("journal-" + Guid.NewGuid().ToString("N"));
        string id = await node.Watch.PostAsync(gate, journal);

        await fall();
        await IllStore.ExpectAsync(Api, id, why);
        Assert.NotEmpty(gate.Living);
        gate.Open();
        await Patience.UntilAsync("the command has ended", () => gate.Living.Count == 0);
        await mend();

        long mended = Stopwatch.GetTimestamp();
        await IllStore.ExpectRecoveryAsync(Api);
        await node.Watch.ExpectRunOnceAsync(id, journal);
        output.WriteLine($"All was well {Stopwatch.GetElapsedTime(mended).TotalSeconds:0.0} s after the server was.");
        await node.Watch.ExpectNothingLeftAsync();
    }
}
