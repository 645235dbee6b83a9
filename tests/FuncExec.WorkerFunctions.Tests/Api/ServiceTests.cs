using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class ServiceTests(ApiApp app)
{
    [Fact]
    public async Task Probes_and_contracts_need_no_key()
    {
        using HttpClient anonymous = new() { BaseAddress = app.Address };
        foreach (string path in new[] { "/healthz", "/readyz", "/openapi/v1.json", "/api/schema/job" })
        {
            using HttpResponseMessage answer = await anonymous.GetAsync(path);
            string body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {body}");
            using JsonDocument json = JsonDocument.Parse(body);
        }

        using HttpResponseMessage refused = await anonymous.GetAsync("/api/jobs");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Executors_are_shown_with_their_health()
    {
        JsonElement list = await app.GetAsync("/api/executors");
        JsonElement command = list.GetProperty("items").EnumerateArray().Single(static one => one.GetProperty("name").GetString() == "command");

        Assert.True(command.GetProperty("healthy").GetBoolean());
        Assert.True(command.GetProperty("enabled").GetBoolean());
        Assert.True(command.GetProperty("capacity").GetInt32() >= 10);
        Assert.True(list.GetProperty("host").GetProperty("features").GetProperty("priority").GetBoolean());
    }

    [Fact]
    public async Task Service_without_room_on_its_disk_is_not_ready_and_takes_no_jobs()
    {
        ApiApp full = new(new StreamLimits(), "--FuncExec:MinFreeDisk", "1TiB");
        await full.InitializeAsync();
        try
        {
            (HttpStatusCode status, JsonElement body) = await full.SendAsync(HttpMethod.Get, "/readyz");
            using HttpResponseMessage refused = await full.Http.PostAsync("/api/jobs", ApiApp.Json(Documents.Command("true")));
            JsonElement problem = await ApiApp.ReadAsync(refused);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("nearly full", Assert.Single(body.GetProperty("reasons").EnumerateArray()).GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("nearly full", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await full.SendAsync(HttpMethod.Get, "/api/jobs")).Status);
        }
        finally
        {
            await full.DisposeAsync();
        }
    }
}
