using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class AccessTests : IAsyncLifetime
{
    private const string Base = "/runtime/webhooks/durabletask";

    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(typeof(LevelApp), typeof(DurableApp));

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Theory]
    [InlineData("user")]
    [InlineData("function")]
    [InlineData("default")]
    [InlineData("system")]
    [InlineData("manager")]
    public async Task Every_level_but_anonymous_needs_the_key(string function)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/{function}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/{function}?code=guess"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/{function}?code={_app.Key}x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/{function}?code={_app.Key[..^1]}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/{function}", ("x-functions-key", "guess")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"/api/{function}?code={_app.Key}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"/api/{function}", ("x-functions-key", _app.Key)));
    }

    [Fact]
    public async Task Anonymous_needs_none() => Assert.Equal(HttpStatusCode.OK, await StatusAsync("/api/anonymous"));

    [Fact]
    public async Task Wrong_key_in_the_header_is_not_saved_by_a_right_code() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/function?code={_app.Key}", ("x-functions-key", "guess")));

    [Fact]
    public async Task Management_api_needs_the_key() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{Base}/instances"));

    [Fact]
    public async Task Code_opens_its_operation_on_its_instance_and_nothing_else()
    {
        JsonElement one = await StartAsync("/api/start/Wait");
        JsonElement other = await StartAsync("/api/start/Wait");
        string status = Read(one, "statusQueryGetUri");
        string code = status[(status.IndexOf("code=", StringComparison.Ordinal) + 5)..];

        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(status));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(status + "&showHistory=true"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Swap(Read(other, "statusQueryGetUri"), code)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Swap(Read(one, "terminatePostUri"), code), method: HttpMethod.Post));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Swap(Read(one, "purgeHistoryDeleteUri"), code), method: HttpMethod.Delete));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{Base}/instances?code={code}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/api/function?code={code}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{Base}/orchestrators/Wait?code={code}", method: HttpMethod.Post));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(Read(one, "suspendPostUri").Replace("{text}", "a"), method: HttpMethod.Post));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(Read(one, "resumePostUri").Replace("{text}", "b"), method: HttpMethod.Post));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(Read(one, "terminatePostUri").Replace("{text}", "c"), method: HttpMethod.Post));
        await _app.WaitAsync(Read(one, "id"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Read(one, "purgeHistoryDeleteUri"), method: HttpMethod.Delete));
    }

    [Fact]
    public async Task Starters_called_by_get_answer_addresses_that_work_and_never_the_key()
    {
        using HttpResponseMessage started = await _app.Http.GetAsync($"/api/start/Wait?code={_app.Key}");
        using HttpResponseMessage payload = await _app.Http.GetAsync($"/api/Payload?code={_app.Key}");

        foreach (HttpResponseMessage response in new[] { started, payload })
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.DoesNotContain(_app.Key, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            JsonElement addresses = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(Read(addresses, "statusQueryGetUri")));
        }
    }

    [Fact]
    public async Task Payload_for_aspnet_core_has_codes_for_post_and_the_address_of_the_request()
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Post, "/api/Payload");

        JsonElement payload = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.StartsWith(_app.Address.ToString(), Read(payload, "statusQueryGetUri"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(Read(payload, "statusQueryGetUri")));
    }

    [Fact]
    public void Payload_outside_of_requests_has_the_services_own_address() =>
        Assert.StartsWith(_app.Address.ToString(), _app.Client.CreateHttpManagementPayload("x").StatusQueryGetUri, StringComparison.Ordinal);

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:1", 200)]
    [InlineData("app.localhost", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.1.2.3:80", 200)]
    [InlineData("[::1]:9", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("10.0.0.1", 421)]
    [InlineData("2130706433", 200)]
    public async Task Host_is_a_name_of_this_machine(string host, int status) =>
        Assert.Equal(status, (int)await StatusAsync("/api/anonymous", ("Host", host)));

    [Theory]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://localhost:1", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    public async Task Changes_are_not_made_for_other_sites(string header, string value, int status)
    {
        Assert.Equal(status, (int)await StatusAsync("/api/anonymous", (header, value), HttpMethod.Post));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/api/anonymous", (header, value)));
    }

    [Fact]
    public async Task Own_origin_may_change() => Assert.Equal(
        HttpStatusCode.OK, await StatusAsync("/api/anonymous", ("Origin", _app.Address.GetLeftPart(UriPartial.Authority)), HttpMethod.Post));

    [Fact]
    public async Task Forwarded_headers_change_nothing()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/start/Wait");
        request.Headers.Add("x-functions-key", _app.Key);
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.StartsWith(_app.Address.ToString(), response.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_is_problem_details_and_says_how_to_pass()
    {
        using HttpResponseMessage response = await _app.Http.GetAsync("/api/function");

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(401, problem.GetProperty("status").GetInt32());
        Assert.Equal("Unauthorized", problem.GetProperty("title").GetString());
        Assert.Contains("x-functions-key", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static string Read(JsonElement payload, string name) => payload.GetProperty(name).GetString()!;

    private static string Swap(string address, string code) => address[..(address.IndexOf("code=", StringComparison.Ordinal) + 5)] + code;

    private async Task<JsonElement> StartAsync(string path)
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Post, path);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<HttpStatusCode> StatusAsync(string path, (string Name, string Value)? header = null, HttpMethod? method = null)
    {
        using HttpRequestMessage request = new(method ?? HttpMethod.Get, path);
        if (header is { } added)
        {
            request.Headers.TryAddWithoutValidation(added.Name, added.Value);
        }

        using HttpResponseMessage response = await _app.Http.SendAsync(request);
        return response.StatusCode;
    }
}
