using System.Net;
using System.Text.Json;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class SteeringTests(ApiApp app)
{
    [Fact]
    public async Task Cancelled_job_ends_with_the_reason()
    {
        string id = await app.PostAsync(Documents.Command("sleep", "600"));
        await app.WaitForTaskAsync(id, "main/0", "running");

        (HttpStatusCode first, JsonElement job) = await PostAsync(id, "cancel", """{"reason":"No longer needed."}""");
        JsonElement ended = await app.EndAsync(id);

        Assert.Equal(HttpStatusCode.Accepted, first);
        Assert.Equal(id, job.GetProperty("id").GetString());
        Assert.Equal("cancelled", ended.GetProperty("status").GetString());
        Assert.Contains("No longer needed.", ended.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(id, "cancel")).Status);
    }

    [Fact]
    public async Task Job_whose_stored_document_is_damaged_can_be_cancelled_and_deleted()
    {
        string id = JobIds.New(TimeProvider.System.GetUtcNow());
        NewJob damaged = new() { Id = id, Steps = [new NewStep("main", 2)], Document = "{\"Steps\":["u8.ToArray() };
        Assert.IsType<CreateJobOutcome.Created>(await app.Ledger.CreateJobAsync(damaged, 1_000, CancellationToken.None));

        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(id, "cancel", """{"reason":"No longer needed."}""")).Status);
        JsonElement ended = await app.EndAsync(id);
        Assert.Equal("cancelled", ended.GetProperty("status").GetString());
        Assert.Equal("cancelled: No longer needed.", ended.GetProperty("error").GetString());
        Assert.Equal(2, (await app.GetAsync($"/api/jobs/{id}/tasks")).GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(id, "rerun")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await app.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}")).Status);
        Assert.Equal("succeeded", (await app.RunAsync(Documents.Command("true"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Cancelling_is_idempotent_while_the_job_ends()
    {
        string id = await app.PostAsync(Documents.Script("trap '' TERM; sleep 600 & while true; do wait; done"));
        await app.WaitForTaskAsync(id, "main/0", "running");

        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(id, "cancel")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(id, "cancel")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(id, "suspend")).Status);
        Assert.Equal("cancelled", (await app.EndAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Suspended_job_starts_nothing_until_it_is_resumed()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string id = await app.PostAsync(JsonSerializer.Serialize(new
        {
            steps = new object[]
            {
                new { name = "a", payload = new { command = Documents.Until(go), shell = true } },
                new { name = "b", needs = new[] { "a" }, payload = new { command = "true" } },
            },
        }));
        await app.WaitForTaskAsync(id, "a/0", "running");

        (HttpStatusCode suspended, JsonElement job) = await PostAsync(id, "suspend");
        await File.WriteAllTextAsync(go, "");
        await app.WaitForTaskAsync(id, "a/0", "succeeded");

        Assert.Equal(HttpStatusCode.Accepted, suspended);
        Assert.Equal("suspended", job.GetProperty("status").GetString());
        Assert.Equal("queued", (await app.GetAsync($"/api/jobs/{id}/tasks/b/0")).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(id, "suspend")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(id, "resume")).Status);
        Assert.Equal("succeeded", (await app.EndAsync(id)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(id, "resume")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(id, "suspend")).Status);
    }

    [Fact]
    public async Task Rerun_is_a_new_job_of_what_did_not_succeed()
    {
        string fix = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        JsonElement origin = await app.RunAsync(JsonSerializer.Serialize(new
        {
            commands = new object[] { new { command = "echo", args = new[] { "kept" } }, new { command = "test", args = new[] { "-e", fix } } },
        }));
        string id = origin.GetProperty("id").GetString()!;
        await File.WriteAllTextAsync(fix, "");

        using HttpResponseMessage answer = await app.Http.PostAsync($"/api/jobs/{id}/rerun", null);
        JsonElement job = await ApiApp.ReadAsync(answer);
        string again = job.GetProperty("id").GetString()!;
        JsonElement ended = await app.EndAsync(again);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(new Uri(app.Address, "/api/jobs/" + again), answer.Headers.Location);
        Assert.NotEqual(id, again);
        Assert.Equal(id, job.GetProperty("rerunOf").GetString());
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Equal("kept\n", await app.Http.GetStringAsync($"/api/jobs/{again}/tasks/main/0/output"));
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(again, "rerun")).Status);
    }

    [Fact]
    public async Task Too_many_unfinished_jobs_are_refused_for_a_while()
    {
        ApiApp small = new(new FuncExec.WorkerFunctions.Api.Streams.StreamLimits(), "--MAX_CONCURRENT_JOBS", "2");
        await small.InitializeAsync();
        try
        {
            string go = Path.Combine(small.Directory, "go");
            string[] ids = [await small.PostAsync(Documents.Script(Documents.Until(go))), await small.PostAsync(Documents.Script(Documents.Until(go)))];
            using HttpResponseMessage refused = await small.Http.PostAsync("/api/jobs", ApiApp.Json(Documents.Command("true")));

            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter?.Delta);
            await File.WriteAllTextAsync(go, "");
            foreach (string id in ids)
            {
                Assert.Equal("succeeded", (await small.EndAsync(id)).GetProperty("status").GetString());
            }

            Assert.Equal("succeeded", (await small.RunAsync(Documents.Command("true"))).GetProperty("status").GetString());
        }
        finally
        {
            await small.DisposeAsync();
        }
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string id, string verb, string? body = null) =>
        app.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/{verb}", body is null ? null : ApiApp.Json(body));
}
