using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class WaitForCompletionTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(typeof(CallingApp), typeof(DurableApp));

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task What_finishes_in_time_is_answered_by_its_end()
    {
        string id = await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Wait), input: 7);
        await _app.Client.WaitForInstanceStartAsync(id);
        Task<HttpResponseMessage> waiting = _app.Http.GetAsync($"/api/await/{id}/60000");
        await _app.Client.RaiseEventAsync(id, "go", "gone");

        using HttpResponseMessage response = await waiting;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement end = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["Name", "InstanceId", "CreatedAt", "LastUpdatedAt", "RuntimeStatus", "SerializedInput", "SerializedOutput", "SerializedCustomStatus"],
            end.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(
            (nameof(DurableApp.Wait), id, "Completed", "7", "\"gone\""),
            (Read(end, "Name"), Read(end, "InstanceId"), Read(end, "RuntimeStatus"), Read(end, "SerializedInput"), Read(end, "SerializedOutput")));
    }

    [Fact]
    public async Task What_failed_is_answered_by_500_where_that_is_asked_for()
    {
        string id = await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Fail));

        using HttpResponseMessage response = await _app.Http.GetAsync($"/api/await/{id}/60000");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("Failed", Read(await response.Content.ReadFromJsonAsync<JsonElement>(), "RuntimeStatus"));
    }

    [Fact]
    public async Task What_goes_on_is_answered_by_its_addresses()
    {
        string id = await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Wait));

        using HttpResponseMessage response = await _app.Http.GetAsync($"/api/await/{id}/50");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains(id, Read(await response.Content.ReadFromJsonAsync<JsonElement>(), "statusQueryGetUri"), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.Location);
    }

    [Fact]
    public async Task What_is_not_there_yet_is_waited_for()
    {
        Task<HttpResponseMessage> waiting = _app.Http.GetAsync("/api/await/later/60000");
        await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Chain), new Microsoft.DurableTask.StartOrchestrationOptions("later"));

        using HttpResponseMessage response = await waiting;

        Assert.Equal("Completed", Read(await response.Content.ReadFromJsonAsync<JsonElement>(), "RuntimeStatus"));
    }

    private static string Read(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
