using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>Callers that wait for the end of an orchestration.</summary>
public sealed class InstanceEndTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions { Types = [typeof(EndApp)], WebModel = false });

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Theory]
    [InlineData("done", "Completed", "", 200)]
    [InlineData("done", "Completed", "?error=1", 200)]
    [InlineData("fail", "Failed", "", 200)]
    [InlineData("fail", "Failed", "?error=1", 500)]
    public async Task End_is_answered_when_it_comes(string how, string status, string query, int code)
    {
        await StartAsync("a");
        Task<HttpResponseMessage> waiting = _app.Http.GetAsync($"/api/await/a{query}");
        await _app.Client.RaiseEventAsync("a", "end", how);

        using HttpResponseMessage response = await waiting;

        Assert.Equal(code, (int)response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["Name", "InstanceId", "CreatedAt", "LastUpdatedAt", "RuntimeStatus", "SerializedInput", "SerializedOutput", "SerializedCustomStatus"],
            body.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(nameof(EndApp.Ending), body.GetProperty("Name").GetString());
        Assert.Equal("a", body.GetProperty("InstanceId").GetString());
        Assert.Equal(status, body.GetProperty("RuntimeStatus").GetString());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("SerializedOutput").ValueKind);
    }

    [Fact]
    public async Task Payloads_are_told_when_asked_for()
    {
        await StartAsync("a");
        await _app.Client.RaiseEventAsync("a", "end", "done");

        JsonElement body = await _app.Http.GetFromJsonAsync<JsonElement>("/api/await/a?payloads=1");

        Assert.Equal("7", body.GetProperty("SerializedInput").GetString());
        Assert.Equal("\"done\"", body.GetProperty("SerializedOutput").GetString());
    }

    [Fact]
    public async Task Terminated_one_has_ended()
    {
        await StartAsync("a");
        await _app.Client.TerminateInstanceAsync("a", "why");

        JsonElement body = await _app.Http.GetFromJsonAsync<JsonElement>("/api/await/a?error=1");

        Assert.Equal("Terminated", body.GetProperty("RuntimeStatus").GetString());
    }

    [Fact]
    public async Task Whose_time_is_up_is_told_how_to_go_on()
    {
        await StartAsync("a");

        using HttpResponseMessage response = await _app.Http.GetAsync("/api/await/a?limit=00:00:00.02");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(response.Headers.Location!.ToString(), body.GetProperty("statusQueryGetUri").GetString());
        using HttpResponseMessage status = await _app.Http.GetAsync(response.Headers.Location);
        Assert.Equal(HttpStatusCode.Accepted, status.StatusCode);
    }

    [Fact]
    public async Task One_that_is_not_there_is_waited_for()
    {
        Task<HttpResponseMessage> waiting = _app.Http.GetAsync("/api/await/later");
        using HttpResponseMessage impatient = await _app.Http.GetAsync("/api/await/later?limit=00:00:00.02");
        Assert.Equal(HttpStatusCode.Accepted, impatient.StatusCode);
        await StartAsync("later");
        await _app.Client.RaiseEventAsync("later", "end", "done");

        using HttpResponseMessage response = await waiting;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<string> StartAsync(string id) =>
        _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(EndApp.Ending), 7, new StartOrchestrationOptions(id));
}
