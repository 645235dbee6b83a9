using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FuncExec.Service.Tests.Kills;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Database;

/// <summary>Whatever a client does at one node, the other one knows; no file is shared.</summary>
public sealed class TwoNodesTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    private ServiceClient Left => nodes.Left.Api;

    private ServiceClient Right => nodes.Right.Api;

    [Fact]
    public async Task Job_is_followed_live_and_cancelled_from_the_other_node()
    {
        using var gate = new Gate(nodes.Data);
        string id = await PostAsync(Left, new { command = "sh", args = new[] { "-c", $"echo begun; exec cat {gate.Path}" }, env = gate.Environment, runsOn = new[] { "left" } });
        var follower = new EventFollower(Right, id);
        Task following = follower.RunAsync();
        await follower.Begun;

        using HttpResponseMessage output = await Right.OpenAsync($"/api/jobs/{id}/tasks/main/0/output?follow=true");
        await using Stream live = await output.Content.ReadAsStreamAsync();
        byte[] begun = new byte["begun\n"u8.Length];
        await live.ReadExactlyAsync(begun);
        Assert.Equal("begun\n", Encoding.UTF8.GetString(begun));
        Assert.Single(gate.Living);
        Assert.Equal("left", (await Right.ReadAsync($"/api/jobs/{id}/tasks/main/0")).GetProperty("node").GetString());

        (await Right.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel")).Expect(HttpStatusCode.Accepted);

        await following;
        Assert.Equal("cancelled", follower.Events[^1].Json.GetProperty("status").GetString());
        Assert.Equal("cancelled", (await Left.WaitForEndAsync(id)).GetProperty("status").GetString());
        Assert.Empty(gate.Living);
        Assert.Equal(0, await live.ReadAsync(begun));
    }

    [Fact]
    public async Task Workspace_and_artifacts_go_from_node_to_node()
    {
        byte[] large = new byte[300_000];
        Random.Shared.NextBytes(large);
        byte[] twice = [.. large, .. large];
        var job = new
        {
            steps = new object[]
            {
                new { name = "make", runsOn = new[] { "right" }, payload = new { command = "sh", args = new[] { "-c", "mkdir out && cat in/large in/large > out/twice" } }, artifacts = new[] { "out/**" } },
                new { name = "use", runsOn = new[] { "left" }, needs = new[] { "make" }, payload = new { command = "cmp", args = new[] { "-n", $"{large.Length}", "out/twice", "in/large" } } },
            },
        };
        byte[] workspace = Zip("in/large", large);
        Answer taken = await Left.SendAsync(HttpMethod.Post, "/api/jobs", () => new MultipartFormDataContent
        {
            { JsonContent.Create(job), "job" },
            { new ByteArrayContent(workspace), "workspace", "w.zip" },
        });
        string id = taken.Expect(HttpStatusCode.Accepted).GetProperty("id").GetString()!;

        JsonElement ended = await Right.WaitForEndAsync(id);

        Assert.True(ended.GetProperty("status").GetString() == "succeeded", ended.ToString());
        List<JsonElement> tasks = await Left.ListAsync($"/api/jobs/{id}/tasks");
        Assert.Equal(["right", "left"], tasks.Select(static task => task.GetProperty("node").GetString()));
        foreach (ServiceClient node in (ServiceClient[])[Left, Right])
        {
            using HttpResponseMessage artifact = await node.OpenAsync($"/api/jobs/{id}/artifacts/make/0/out/twice");
            Assert.Equal(twice, await artifact.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Job_is_suspended_resumed_rerun_and_deleted_from_whichever_node()
    {
        using var gate = new Gate(nodes.Data);
        string id = await PostAsync(Left, new { maxParallelism = 1, runsOn = new[] { "left" }, commands = new object[] { gate.Job, new { command = "false" } } });
        await Patience.UntilAsync("the first command waits", () => gate.Living.Count > 0);

        (await Right.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/suspend")).Expect(HttpStatusCode.Accepted);
        gate.Open();
        await Patience.UntilAsync("the first command has ended", async () => Counts(await Left.ReadAsync($"/api/jobs/{id}")) == (0, 1, 1));
        Assert.Equal("suspended", (await Left.ReadAsync($"/api/jobs/{id}")).GetProperty("status").GetString());

        (await Right.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/resume")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("failed", (await Right.WaitForEndAsync(id)).GetProperty("status").GetString());

        string again = (await Right.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/rerun")).Expect(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        JsonElement rerun = await Left.WaitForEndAsync(again);
        Assert.Equal((id, "failed"), (rerun.GetProperty("rerunOf").GetString(), rerun.GetProperty("status").GetString()));
        Assert.Equal((0, 0, 1), Counts(rerun));

        Answer deleted = await Right.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.Gone, (await Left.GetAsync($"/api/jobs/{id}")).Status);
    }

    [Fact]
    public async Task Same_idempotency_key_at_both_nodes_at_once_makes_one_job()
    {
        for (int i = 0; i < 20; i++)
        {
            string key = $"key-{i.ToString(CultureInfo.InvariantCulture)}";
            Answer[] answers = await Task.WhenAll(
                from node in (ServiceClient[])[Left, Right, Left, Right]
                select node.SendAsync(HttpMethod.Post, "/api/jobs", static () => JsonContent.Create(new { name = "raced", command = "true" }), key));

            Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Accepted);
            Assert.Equal(3, answers.Count(static answer => answer.Status == HttpStatusCode.OK));
            Assert.Single(answers.Select(static answer => answer.Json.GetProperty("id").GetString()).Distinct());
            Answer other = await Right.SendAsync(HttpMethod.Post, "/api/jobs", static () => JsonContent.Create(new { name = "raced", command = "false" }), key);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        }

        Assert.Equal(20, (await Right.ListAsync("/api/jobs?name=raced")).Count);
    }

    [Fact]
    public async Task Key_and_addresses_that_one_node_gave_serve_at_the_other()
    {
        Assert.Equal(Left.Key, Right.Key);
        using var gate = new Gate(nodes.Data);
        JsonElement job = await Left.PostJobAsync(gate.Job);
        string id = job.GetProperty("id").GetString()!;
        using var anybody = new HttpClient();

        using HttpResponseMessage status = await anybody.GetAsync(AtRight(job, "statusQueryGetUri"));
        using HttpResponseMessage forged = await anybody.PostAsync(new Uri(AtRight(job, "terminatePostUri") + "0"), null);
        using HttpResponseMessage foreign = await anybody.PostAsync(new Uri(AtRight(job, "terminatePostUri").ToString().Replace("terminate", "suspend", StringComparison.Ordinal)), null);
        using HttpResponseMessage ended = await anybody.PostAsync(AtRight(job, "terminatePostUri"), null);

        Assert.Contains(status.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Accepted]);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (forged.StatusCode, foreign.StatusCode));
        Assert.Equal(HttpStatusCode.Accepted, ended.StatusCode);
        Assert.Equal("cancelled", (await Right.WaitForEndAsync(id)).GetProperty("status").GetString());
        await Patience.UntilAsync("the command is ended", () => gate.Living.Count == 0);
    }

    private Uri AtRight(JsonElement job, string name)
    {
        var address = new UriBuilder(job.GetProperty(name).GetString()!) { Port = nodes.Right.Address.Port };
        return address.Uri;
    }

    private static async Task<string> PostAsync(ServiceClient node, object job) => (await node.PostJobAsync(job)).GetProperty("id").GetString()!;

    private static (int Running, int Queued, int Ended) Counts(JsonElement job)
    {
        JsonElement counts = job.GetProperty("counts");
        return (
            counts.GetProperty("running").GetInt32(),
            counts.GetProperty("queued").GetInt32(),
            counts.GetProperty("failed").GetInt32() + (job.GetProperty("rerunOf").ValueKind is JsonValueKind.Null ? counts.GetProperty("succeeded").GetInt32() : 0));
    }

    private static byte[] Zip(string name, byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write(content);
        }

        return bytes.ToArray();
    }
}
