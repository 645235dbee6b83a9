using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class JobTests(ApiApp app)
{
    [Fact]
    public async Task Job_is_answered_with_its_addresses_and_found_there()
    {
        using HttpResponseMessage answer = await app.Http.PostAsync("/api/jobs", ApiApp.Json("""{"name":"hello","command":"echo","args":["hello"]}"""));
        JsonElement job = await ApiApp.ReadAsync(answer);
        string id = job.GetProperty("id").GetString()!;

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Matches("^[a-z0-9]{26}$", id);
        Assert.Equal(new Uri(app.Address, "/api/jobs/" + id), answer.Headers.Location);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("hello", job.GetProperty("name").GetString());
        foreach (string link in new[] { "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "suspendPostUri", "resumePostUri", "purgeHistoryDeleteUri" })
        {
            Assert.Contains("code=", job.GetProperty(link).GetString(), StringComparison.Ordinal);
        }

        JsonElement ended = await app.EndAsync(id);
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Equal(
            ["id", "name", "status", "createdAt", "startedAt", "finishedAt", "counts", "steps", "error", "rerunOf", "links"],
            ended.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(
            ["total", "queued", "running", "succeeded", "failed", "cancelled", "timedOut", "skipped"],
            ended.GetProperty("counts").EnumerateObject().Select(static member => member.Name));
        Assert.EndsWith("Z", ended.GetProperty("finishedAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, ended.GetProperty("counts").GetProperty("succeeded").GetInt32());
        Assert.Equal("""[{"name":"main","status":"succeeded"}]""", Short(ended.GetProperty("steps")));
    }

    [Fact]
    public async Task Waiting_answers_the_finished_job()
    {
        using HttpResponseMessage answer = await app.Http.PostAsync("/api/jobs?wait=60s", ApiApp.Json(Documents.Command("true")));
        JsonElement job = await ApiApp.ReadAsync(answer);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.NotNull(answer.Headers.Location);
    }

    [Fact]
    public async Task Waiting_ends_with_the_time_when_the_job_does_not()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());

        using HttpResponseMessage answer = await app.Http.PostAsync("/api/jobs?wait=PT0.2S", ApiApp.Json(Documents.Script(Documents.Until(go))));
        JsonElement job = await ApiApp.ReadAsync(answer);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotEqual("succeeded", job.GetProperty("status").GetString());
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("succeeded", (await app.EndAsync(job.GetProperty("id").GetString()!)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Failed_job_says_how()
    {
        JsonElement job = await app.RunAsync("""
            {"steps":[
              {"name":"a","payload":{"command":"printf 'so far\n'; printf 'and then \\377' >&2; exit 7","shell":true},"retry":{"maxAttempts":2,"initialInterval":"1ms"}},
              {"name":"b","needs":["a"],"tasks":[{"payload":{"command":"true"}},{"payload":{"command":"true"}}]}]}
            """);
        string id = job.GetProperty("id").GetString()!;
        JsonElement task = await app.GetAsync($"/api/jobs/{id}/tasks/a/0");
        JsonElement attempts = task.GetProperty("attempts");

        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.NotEmpty(job.GetProperty("error").GetString()!);
        Assert.Equal("""[{"name":"a","status":"failed"},{"name":"b","status":"skipped"}]""", Short(job.GetProperty("steps")));
        Assert.Equal((2, 2, 7, "exit"), (
            task.GetProperty("attempt").GetInt32(), task.GetProperty("maxAttempts").GetInt32(), task.GetProperty("exitCode").GetInt32(), task.GetProperty("failure").GetString()));
        Assert.Equal("so far\n", task.GetProperty("stdout").GetString());
        Assert.Equal("and then \uFFFD", task.GetProperty("stderr").GetString());
        Assert.Equal([1, 2], attempts.EnumerateArray().Select(static one => one.GetProperty("attempt").GetInt32()));
        Assert.All(attempts.EnumerateArray(), static one => Assert.Equal(7, one.GetProperty("exitCode").GetInt32()));
        JsonElement skipped = await app.GetAsync($"/api/jobs/{id}/tasks/b/1");
        Assert.Equal("skipped", skipped.GetProperty("status").GetString());
        Assert.Empty(skipped.GetProperty("attempts").EnumerateArray());
    }

    [Fact]
    public async Task Output_shown_with_a_task_is_its_end_and_begins_with_a_character()
    {
        JsonElement job = await app.RunAsync(Documents.Script("i=0; while [ $i -lt 3000 ]; do printf 'ééé\\n'; i=$((i+1)); done"));
        JsonElement task = await app.GetAsync($"/api/jobs/{job.GetProperty("id").GetString()}/tasks/main/0");
        string shown = task.GetProperty("stdout").GetString()!;

        Assert.Equal(21_000, task.GetProperty("stdoutBytes").GetInt64());
        Assert.False(task.GetProperty("truncated").GetBoolean());
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(shown), 8189, 8192);
        Assert.DoesNotContain('\uFFFD', shown);
        Assert.EndsWith("ééé\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_are_listed_by_step_status_and_page()
    {
        JsonElement job = await app.RunAsync("""
            {"steps":[
              {"name":"one","tasks":[{"payload":{"command":"true"}},{"payload":{"command":"false"}},{"payload":{"command":"true"}}]},
              {"name":"two","payload":{"command":"true"}}]}
            """);
        string path = $"/api/jobs/{job.GetProperty("id").GetString()}/tasks";

        Assert.Equal(["one/0", "one/1", "one/2", "two/0"], await IdsAsync(path + "?limit=1"));
        Assert.Equal(["one/0", "one/1", "one/2"], await IdsAsync(path + "?step=one"));
        Assert.Equal(["one/1"], await IdsAsync(path + "?status=failed&limit=2"));
        Assert.Equal(["one/0", "one/2"], await IdsAsync(path + "?status=succeeded&step=one"));
        Assert.Empty(await IdsAsync(path + "?status=queued"));
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_by_status_name_and_page()
    {
        string name = "list-" + Guid.NewGuid().ToString("N")[..8];
        List<string> ids = [];
        foreach (string command in new[] { "true", "false", "true" })
        {
            JsonElement job = await app.RunAsync(JsonSerializer.Serialize(new { name, command }));
            ids.Insert(0, job.GetProperty("id").GetString()!);
        }

        Assert.Equal(ids, await IdsAsync($"/api/jobs?name={name}&limit=1"));
        Assert.Equal([ids[1]], await IdsAsync($"/api/jobs?name={name}&status=failed"));
        Assert.Equal([ids[0], ids[2]], await IdsAsync($"/api/jobs?name={name}&status=succeeded"));
        Assert.Empty(await IdsAsync($"/api/jobs?name={name}-other"));
    }

    [Fact]
    public async Task Deleted_job_is_gone()
    {
        string id = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string running = await app.PostAsync(Documents.Script(Documents.Until(go)));

        Assert.Equal(HttpStatusCode.Conflict, (await app.SendAsync(HttpMethod.Delete, $"/api/jobs/{running}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await app.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}")).Status);
        foreach (string path in new[] { "", "/tasks", "/tasks/main/0", "/tasks/main/0/output", "/artifacts", "/artifacts/x", "/artifacts.zip", "/events" })
        {
            (HttpStatusCode status, JsonElement body) = await app.SendAsync(HttpMethod.Get, $"/api/jobs/{id}{path}");
            Assert.True(status == HttpStatusCode.Gone && body.GetProperty("status").GetInt32() == 410, $"{path}: {status}");
        }

        Assert.Equal(HttpStatusCode.Gone, (await app.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await app.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel")).Status);
        Assert.DoesNotContain(id, await IdsAsync("/api/jobs"));
        await File.WriteAllTextAsync(go, "");
        await app.EndAsync(running);
    }

    [Fact]
    public async Task Answers_to_reading_never_have_a_code()
    {
        string id = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
        foreach (string path in new[] { $"/api/jobs/{id}", "/api/jobs", $"/api/jobs/{id}/tasks", $"/api/jobs/{id}/tasks/main/0", $"/api/jobs/{id}/events", "/api/executors" })
        {
            Assert.DoesNotContain("code=", await app.Http.GetStringAsync(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Head_is_answered_like_get_without_a_body()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string id = await app.PostAsync(Documents.Script($"echo x; {Documents.Until(go)}"));
        await app.WaitForTaskAsync(id, "main/0", "running");
        foreach (string path in new[] { $"/api/jobs/{id}", "/api/jobs", $"/api/jobs/{id}/tasks", $"/api/jobs/{id}/events", $"/api/jobs/{id}/tasks/main/0/output?follow=true", $"/api/jobs/{id}/artifacts.zip", "/healthz" })
        {
            using HttpRequestMessage request = new(HttpMethod.Head, path);
            using HttpResponseMessage answer = await app.Http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }

        await File.WriteAllTextAsync(go, "");
        await app.EndAsync(id);
    }

    private async Task<List<string>> IdsAsync(string path)
    {
        List<string> ids = [];
        string? next = null;
        do
        {
            JsonElement page = await app.GetAsync(next is null ? path : path + (path.Contains('?') ? "&" : "?") + "after=" + Uri.EscapeDataString(next));
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(static one => one.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        return ids;
    }

    private static string Short(JsonElement steps) => JsonSerializer.Serialize(
        steps.EnumerateArray().Select(static step => new { name = step.GetProperty("name").GetString(), status = step.GetProperty("status").GetString() }));
}
