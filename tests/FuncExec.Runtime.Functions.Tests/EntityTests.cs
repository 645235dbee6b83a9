using System.Net;
using System.Text;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>Entity functions, and the addresses at which entities are read and signaled.</summary>
public sealed class EntityTests : IAsyncLifetime
{
    private const string Base = "/runtime/webhooks/durabletask/entities";

    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(typeof(EntityApp));

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task Each_way_to_dispatch_runs_the_operations()
    {
        string id = await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(EntityApp.CallAll));
        OrchestrationMetadata end = await _app.WaitAsync(id);

        Assert.Equal(
            [
                "3",
                "3",
                "note n x",
                "The entity function 'silent' has ended without dispatching its operations.",
                "3",
            ],
            end.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task The_history_of_a_caller_shows_its_calls_as_events()
    {
        string id = await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(EntityApp.CallAll));
        await _app.WaitAsync(id);

        JsonElement status = await _app.GetJsonAsync($"/runtime/webhooks/durabletask/instances/{id}?showHistory=true");
        string[] kinds = [.. status.GetProperty("historyEvents").EnumerateArray().Select(item => item.GetProperty("EventType").GetString()!)];
        Assert.Contains("EventSent", kinds);
        Assert.Contains("EventRaised", kinds);
    }

    [Fact]
    public async Task An_entity_is_signaled_read_and_listed_by_address()
    {
        using (HttpResponseMessage none = await _app.SendAsync(HttpMethod.Get, $"{Base}/counter/a"))
        {
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }

        using (HttpResponseMessage signaled = await _app.SendAsync(HttpMethod.Post, $"{Base}/Counter/a?op=Add", "5"))
        {
            Assert.Equal(HttpStatusCode.Accepted, signaled.StatusCode);
        }

        using HttpRequestMessage text = new(HttpMethod.Post, $"{Base}/note/$?op=write") { Content = new StringContent("some text", Encoding.UTF8, "text/plain") };
        using (HttpResponseMessage signaled = await _app.SendAsync(text))
        {
            Assert.Equal(HttpStatusCode.Accepted, signaled.StatusCode);
        }

        await UntilAsync(new EntityInstanceId("counter", "a"), "5");
        await UntilAsync(new EntityInstanceId("note", ""), "\"some text\"");
        Assert.Equal("5", await GetAsync("/counter/a"));
        Assert.Equal("\"some text\"", await GetAsync("/note/$"));
        Assert.Matches("""^\[\{"entityId":\{"name":"counter","key":"a"\},"lastOperationTime":"[^"]+Z","state":null\}\]$""", await GetAsync("/counter"));
        Assert.Matches("""^\[.*"state":5\}.*\{"entityId":\{"name":"note","key":""\}.*"state":"some text"\}\]$""", await GetAsync("?fetchState=true"));
        Assert.Equal("[]", await GetAsync("?lastOperationTimeTo=2000-01-01"));

        using (HttpResponseMessage deleted = await _app.SendAsync(HttpMethod.Delete, $"{Base}/counter/a"))
        {
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        }

        await UntilAsync(new EntityInstanceId("counter", "a"), null);
        using HttpResponseMessage gone = await _app.SendAsync(HttpMethod.Get, $"{Base}/counter/a");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_signal_to_an_entity_that_no_function_has_is_400()
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Post, $"{Base}/nobody/a?op=Add");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_list_has_pages()
    {
        for (int i = 0; i < 3; i++)
        {
            EntityInstanceId id = new("counter", $"{i}");
            await _app.Client.Entities.SignalEntityAsync(id, "Add", i);
            await UntilAsync(id, $"{i}");
        }

        using HttpResponseMessage first = await _app.SendAsync(HttpMethod.Get, $"{Base}?pageSize=2");
        using HttpRequestMessage next = new(HttpMethod.Get, $"{Base}?pageSize=2");
        next.Headers.Add("x-ms-continuation-token", Assert.Single(first.Headers.GetValues("x-ms-continuation-token")));
        using HttpResponseMessage second = await _app.SendAsync(next);

        Assert.Equal(2, (await first.Content.ReadAsStringAsync()).Split("entityId").Length - 1);
        Assert.Equal(1, (await second.Content.ReadAsStringAsync()).Split("entityId").Length - 1);
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));
    }

    [Theory]
    [InlineData("POST", "/counter/a", "'op'", 400)]
    [InlineData("POST", "/a%40b/a?op=Add", "no '@'", 400)]
    [InlineData("GET", "?pageSize=0", "'pageSize'", 400)]
    [InlineData("GET", "?lastOperationTimeFrom=soon", "'lastOperationTimeFrom'", 400)]
    [InlineData("GET", "?fetchState=maybe", "'fetchState'", 400)]
    public async Task What_is_wrong_is_named(string method, string path, string named, int status)
    {
        using HttpResponseMessage response = await _app.SendAsync(new HttpMethod(method), Base + path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(named, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> GetAsync(string path)
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Get, Base + path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task UntilAsync(EntityInstanceId id, string? state)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        while (await _app.Client.Entities.GetEntityAsync(id, true, limit.Token) is var entity && (entity is { IncludesState: true } ? entity.State.Value : null) != state)
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
