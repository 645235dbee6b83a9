using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class IdempotencyTests(ApiApp app)
{
    [Fact]
    public async Task Same_request_with_the_same_key_is_the_same_job()
    {
        string key = Guid.NewGuid().ToString();
        string document = Documents.Command("echo", "once");

        (HttpStatusCode first, JsonElement job) = await PostAsync(key, document);
        (HttpStatusCode second, JsonElement again) = await PostAsync(key, document);
        (HttpStatusCode third, JsonElement ended) = await PostAsync(key, document, "?wait=60s");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.OK), (first, second, third));
        Assert.Equal(job.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(job.GetProperty("id").GetString(), ended.GetProperty("id").GetString());
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.True(again.TryGetProperty("terminatePostUri", out _));
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        string key = Guid.NewGuid().ToString();
        await PostAsync(key, Documents.Command("echo", "one"));

        (HttpStatusCode status, JsonElement problem) = await PostAsync(key, Documents.Command("echo", "two"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _));
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(key + "-2", Documents.Command("echo", "two"))).Status);
    }

    [Fact]
    public async Task Racing_requests_with_the_same_key_make_one_job()
    {
        for (int round = 0; round < 5; round++)
        {
            string key = Guid.NewGuid().ToString();
            string document = Documents.Command("echo", key);

            (HttpStatusCode Status, JsonElement Body)[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(key, document)));

            Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Accepted);
            Assert.Equal(19, answers.Count(static answer => answer.Status == HttpStatusCode.OK));
            Assert.Single(answers.Select(static answer => answer.Body.GetProperty("id").GetString()).Distinct());
        }
    }

    [Fact]
    public async Task Refused_request_does_not_use_its_key_up()
    {
        string key = Guid.NewGuid().ToString();

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(key, "{}")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(key, Documents.Command("true"))).Status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string key, string document, string query = "")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/jobs" + query) { Content = ApiApp.Json(document) };
        request.Headers.Add("Idempotency-Key", key);
        using HttpResponseMessage answer = await app.Http.SendAsync(request);
        return (answer.StatusCode, await ApiApp.ReadAsync(answer));
    }
}
