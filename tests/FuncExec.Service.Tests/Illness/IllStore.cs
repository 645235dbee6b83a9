using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Illness;

/// <summary>What a node has to answer while its database is ill, and after.</summary>
internal static class IllStore
{
    /// <summary>Asks a node for everything that needs its stores: it says that it cannot just now, and never that it failed.</summary>
    /// <param name="api">The node.</param>
    /// <param name="jobId">A job of before.</param>
    /// <param name="why">What is said of the reason by whoever is not ready.</param>
    public static async Task ExpectAsync(ServiceClient api, string jobId, string why)
    {
        Task<Answer> health = api.GetAsync("/healthz");
        Task<Answer>[] answers =
        [
            api.SendAsync(HttpMethod.Post, "/api/jobs", static () => JsonContent.Create(new { name = "refused", command = "true" })),
            api.SendAsync(HttpMethod.Post, "/api/jobs", Upload),
            api.GetAsync($"/api/jobs/{jobId}"),
            api.GetAsync("/api/jobs"),
            api.GetAsync($"/api/jobs/{jobId}/tasks"),
            api.GetAsync($"/api/jobs/{jobId}/tasks/main/0/output"),
            api.SendAsync(HttpMethod.Post, $"/api/jobs/{jobId}/cancel"),
            api.GetAsync($"/runtime/webhooks/durabletask/instances/{jobId}"),
        ];
        foreach (Answer answer in await Task.WhenAll(answers))
        {
            string what = $"{answer.Message.RequestMessage!.Method} {answer.Message.RequestMessage.RequestUri!.PathAndQuery}: {(int)answer.Status} {answer.Text}";
            Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, what);
            Assert.True(answer.Message.Headers.RetryAfter is not null, what);
            Assert.True(answer.Message.Content.Headers.ContentType?.MediaType == "application/problem+json", what);
        }

        Assert.Equal(HttpStatusCode.OK, (await health).Status);
        await ExpectUnreadyAsync(api, why, "The ledger", "The blob store", "The hub");
    }

    /// <summary>It says that it is not ready, for these reasons.</summary>
    public static async Task ExpectUnreadyAsync(ServiceClient api, string why, params string[] stores)
    {
        Answer answer = await api.GetAsync("/readyz");
        JsonElement reasons = default;
        Assert.True(answer.Expect(HttpStatusCode.ServiceUnavailable).TryGetProperty("reasons", out reasons), answer.Text);
        foreach (string store in stores)
        {
            Assert.Contains(reasons.EnumerateArray(), reason => reason.GetString()!.StartsWith(store, StringComparison.Ordinal));
        }

        Assert.Contains(why, reasons.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Waits until it is ready, and sees a job through, as a client does that is told to try again.</summary>
    public static async Task ExpectRecoveryAsync(ServiceClient api)
    {
        await Patience.UntilAsync("the node is ready", async () => (await api.GetAsync("/readyz")).Status is HttpStatusCode.OK);
        string key = Guid.NewGuid().ToString("N");
        Answer taken = null!;
        await Patience.UntilAsync("a job is taken", async () =>
        {
            taken = await api.SendAsync(HttpMethod.Post, "/api/jobs", static () => JsonContent.Create(new { name = "after", command = "true" }), key);
            return taken.Status is not HttpStatusCode.ServiceUnavailable;
        });
        Assert.Contains(taken.Status, (HttpStatusCode[])[HttpStatusCode.Accepted, HttpStatusCode.OK]);
        Assert.Equal("succeeded", (await api.WaitForEndAsync(taken.Json.GetProperty("id").GetString()!)).GetProperty("status").GetString());
    }

    private static MultipartFormDataContent Upload() => new()
    {
        { JsonContent.Create(new { name = "refused", command = "true" }), "job" },
        { new ByteArrayContent(new byte[22] { (byte)'P', (byte)'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }), "workspace", "empty.zip" },
    };
}
