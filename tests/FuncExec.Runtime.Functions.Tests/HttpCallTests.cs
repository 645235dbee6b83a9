using System.Net;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Serialization;
using DurableTask.Core.History;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Ask = FuncExec.Runtime.Functions.Tests.Apps.HttpCallApp.Ask;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>HTTP requests of orchestrators, to a server of the test's own. Every turn is rebuilt from the history.</summary>
public sealed class HttpCallTests
{
    [Fact]
    public async Task Request_goes_out_as_it_was_made()
    {
        await using TestServer server = await TestServer.StartAsync(static (_, _) => Task.CompletedTask);
        await using TestApp app = await StartAsync();

        await CallAsync(app, new Ask(server.Address + "/a%20b?x=1&y=%C3%BC")
        {
            Method = "PATCH",
            Headers = new() { ["X-Many"] = ["one", "two"], ["content-type"] = ["application/json; charset=utf-8"], ["Content-Language"] = ["de"] },
            Content = """{"ü":"🙂"}""",
        });

        TestServer.Asked asked = Assert.Single(server.Requests);
        Assert.Equal("PATCH", asked.Method);
        Assert.Equal("/a%20b?x=1&y=%C3%BC", asked.Path);
        Assert.Equal(["one", "two"], asked.Headers["X-Many"].SelectMany(static value => value.Split(", ")));
        Assert.Equal(["application/json; charset=utf-8"], asked.Headers["Content-Type"]);
        Assert.Equal(["de"], asked.Headers["Content-Language"]);
        Assert.StartsWith("FuncExec.Runtime/", asked.Headers["User-Agent"].Single(), StringComparison.Ordinal);
        Assert.Equal("""{"ü":"🙂"}""", asked.Body);
    }

    [Fact]
    public async Task Answer_has_status_headers_in_any_casing_and_body()
    {
        await using TestServer server = await TestServer.StartAsync(static async (context, _) =>
        {
            context.Response.StatusCode = 404;
            context.Response.Headers.Append("X-Many", "one");
            context.Response.Headers.Append("X-Many", "two");
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("grün");
        });
        await using TestApp app = await StartAsync();

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(["one", "two"], answer.Headers!["x-many"].AsEnumerable());
        Assert.Equal("text/plain; charset=utf-8", answer.Headers["CONTENT-TYPE"]);
        Assert.Equal("grün", answer.Content);
    }

    [Fact]
    public async Task Answer_is_stored_in_the_official_form()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, _) =>
        {
            context.Response.Headers["X-One"] = "1";
            return context.Response.WriteAsync("text");
        });
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address) { Resource = null });

        JsonElement output = JsonDocument.Parse(end.SerializedOutput!).RootElement;
        Assert.Equal(["statusCode", "headers", "content"], output.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(200, output.GetProperty("statusCode").GetInt32());
        Assert.Equal("1", output.GetProperty("headers").GetProperty("X-One").GetString());
        TaskScheduledEvent scheduled = Assert.Single((await app.Client.GetOrchestrationHistoryAsync(end.InstanceId)).OfType<TaskScheduledEvent>());
        Assert.Equal("BuiltIn::HttpActivity", scheduled.Name);
        JsonElement input = JsonDocument.Parse(scheduled.Input!).RootElement;
        Assert.Equal("GET", input.GetProperty("method").GetString());
        Assert.Equal(JsonValueKind.Null, input.GetProperty("tokenSource").ValueKind);
        Assert.False(input.GetProperty("asynchronousPatternEnabled").GetBoolean());
    }

    [Fact]
    public async Task Short_forms_choose_what_they_do_not_name()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, number) =>
            context.Response.WriteAsync($"{number} {context.Request.Method} {context.Request.ContentType}"));
        await using TestApp app = await StartAsync();

        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(HttpCallApp.ShortForms), server.Address);

        Assert.Equal(
            ["1 GET ", "2 POST text/plain", "3 PUT ", "4 GET ", nameof(HttpCallApp.ShortForms)],
            (await app.WaitAsync(id)).ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Accepted_request_is_followed_up_until_another_status_comes()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, number) => number switch
        {
            1 => Accept(context, "status/7?a=b", "0"),
            2 => Accept(context, "/status/8", DateTimeOffset.UtcNow.AddSeconds(-5).ToString("r")),
            3 => Accept(context, "../done", "0"),
            _ => context.Response.WriteAsync("done"),
        });
        await using TestApp app = await StartAsync();

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address + "/jobs/start")
        {
            Method = "POST",
            Follows = true,
            Content = "work",
            Headers = new() { ["Authorization"] = ["Bearer x"], ["X-Functions-Key"] = ["key"], ["X-Mine"] = ["1"] },
        });

        Assert.Equal("done", answer.Content);
        Assert.Equal(["POST /jobs/start", "GET /jobs/status/7?a=b", "GET /status/8", "GET /done"], server.Requests.Select(static asked => $"{asked.Method} {asked.Path}"));
        Assert.Equal(["work", "", "", ""], server.Requests.Select(static asked => asked.Body));
        Assert.All(server.Requests, static asked => Assert.Equal("Bearer x", asked.Headers["Authorization"].Single()));
        Assert.All(server.Requests, static asked => Assert.Equal("1", asked.Headers["X-Mine"].Single()));
        Assert.Equal([true, false, false, false], server.Requests.Select(static asked => asked.Headers.ContainsKey("x-functions-key")));
    }

    [Fact]
    public async Task Proof_of_who_asks_does_not_go_to_another_origin()
    {
        await using TestServer other = await TestServer.StartAsync(static (context, _) => context.Response.WriteAsync("done"));
        await using TestServer server = await TestServer.StartAsync((context, _) => Accept(context, other.Address + "/elsewhere", "0"));
        await using TestApp app = await StartAsync(builder => builder.Services.AddSingleton<TokenCredential>(new FixedCredential()));

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address)
        {
            Follows = true,
            Headers = new() { ["Cookie"] = ["a=b"], ["X-Mine"] = ["1"] },
            Resource = "api://mine",
        });

        Assert.Equal("done", answer.Content);
        Assert.Equal("Bearer token of api://mine for tenant-1", server.Requests.Single().Headers["Authorization"].Single());
        TestServer.Asked asked = Assert.Single(other.Requests);
        Assert.False(asked.Headers.ContainsKey("Authorization"));
        Assert.False(asked.Headers.ContainsKey("Cookie"));
        Assert.Equal("1", asked.Headers["X-Mine"].Single());
    }

    [Theory]
    [InlineData(false, "/next")]
    [InlineData(true, null)]
    [InlineData(true, "http://[")]
    public async Task Accepted_is_the_answer_where_it_is_not_or_cannot_be_followed_up(bool follows, string? location)
    {
        await using TestServer server = await TestServer.StartAsync((context, _) => Accept(context, location, "0"));
        await using TestApp app = await StartAsync();

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address) { Follows = follows });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Single(server.Requests);
        Assert.Equal(follows, app.Log.Has("has no Location that can be followed"));
    }

    [Fact]
    public async Task Without_a_time_of_the_servers_the_next_look_is_after_that_of_the_host_json()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, number) =>
            number == 1 ? Accept(context, "/next", null) : context.Response.WriteAsync("done"));
        await using TestApp app = await StartAsync(hostJson:
            """{"version":"2.0","extensions":{"durableTask":{"httpSettings":{"defaultAsyncRequestSleepTimeMilliseconds":70}}}}""");

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address) { Follows = true });

        TimerCreatedEvent timer = Assert.Single((await app.Client.GetOrchestrationHistoryAsync(end.InstanceId)).OfType<TimerCreatedEvent>());
        Assert.Equal(TimeSpan.FromMilliseconds(70), timer.FireAt - timer.Timestamp);
        Assert.DoesNotContain(app.Log.Records, static record => record.Text.Contains("httpSettings", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_any_the_next_look_is_after_half_a_minute()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, _) => Accept(context, "/next", "soon"));
        await using TestApp app = await StartAsync();
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(HttpCallApp.Call), new Ask(server.Address) { Follows = true });
        TimerCreatedEvent? timer = null;
        while (timer is null)
        {
            timer = (await app.Client.GetOrchestrationHistoryAsync(id)).OfType<TimerCreatedEvent>().FirstOrDefault();
        }

        Assert.Equal(TimeSpan.FromSeconds(30), timer.FireAt - timer.Timestamp);
    }

    [Theory]
    [InlineData(503, new HttpStatusCode[0])]
    [InlineData(404, new HttpStatusCode[0])]
    [InlineData(409, new[] { HttpStatusCode.Conflict, HttpStatusCode.OK })]
    public async Task Answer_that_is_to_be_tried_again_is(int status, HttpStatusCode[] retried)
    {
        await using TestServer server = await TestServer.StartAsync((context, number) =>
        {
            context.Response.StatusCode = number < 3 ? status : 201;
            return Task.CompletedTask;
        });
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address) { Attempts = 5, Retried = retried, FirstInterval = TimeSpan.FromMilliseconds(3) });

        Assert.Equal(HttpStatusCode.Created, end.ReadOutputAs<DurableHttpResponse>()!.StatusCode);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(
            [TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(6)],
            (await app.Client.GetOrchestrationHistoryAsync(end.InstanceId)).OfType<TimerCreatedEvent>().Select(static timer => timer.FireAt - timer.Timestamp));
    }

    [Fact]
    public async Task Answer_of_another_status_is_not_tried_again()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using TestApp app = await StartAsync();

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address) { Attempts = 5, Retried = [HttpStatusCode.Conflict] });

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Last_attempt_fails_the_call()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address) { Attempts = 2 });

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.True(end.FailureDetails!.InnerFailure!.IsCausedBy<HttpRequestException>());
        Assert.Contains("answered 500", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_is_not_there_fails_the_call_after_all_attempts()
    {
        string address;
        await using (TestServer server = await TestServer.StartAsync(static (_, _) => Task.CompletedTask))
        {
            address = server.Address;
        }

        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(address) { Attempts = 3 });

        Assert.True(end.FailureDetails!.InnerFailure!.IsCausedBy<HttpRequestException>());
        Assert.Equal(3, (await app.Client.GetOrchestrationHistoryAsync(end.InstanceId)).OfType<TaskFailedEvent>().Count());
    }

    [Fact]
    public async Task Times_without_end_are_no_error()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, _) => Accept(context, null, null));
        await using TestApp app = await StartAsync();

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address) { Timeout = TimeSpan.MaxValue, Attempts = 2, Follows = true });
        DurableHttpResponse infinite = await CallAsync(app, new Ask(server.Address) { Timeout = Timeout.InfiniteTimeSpan });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, infinite.StatusCode);
    }

    [Fact]
    public async Task Attempts_without_a_first_interval_are_refused()
    {
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask("http://127.0.0.1:1") { Attempts = 3, FirstInterval = TimeSpan.Zero });

        Assert.Contains("FirstRetryInterval", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_that_takes_too_long_times_out()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address + "/slow?secret=1") { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.True(end.FailureDetails!.InnerFailure!.IsCausedBy<TimeoutException>());
        Assert.Contains("/slow did not give its answer", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3600")]
    public async Task Timeout_holds_for_all_that_follows_up(string retryAfter)
    {
        await using TestServer server = await TestServer.StartAsync((context, _) => Accept(context, "/next", retryAfter));
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address) { Follows = true, Timeout = TimeSpan.FromMilliseconds(500) });

        Assert.True(end.FailureDetails!.InnerFailure!.IsCausedBy<TimeoutException>());
    }

    [Fact]
    public async Task Token_source_without_a_credential_names_the_remedy()
    {
        await using TestServer server = await TestServer.StartAsync(static (_, _) => Task.CompletedTask);
        await using TestApp app = await StartAsync();

        OrchestrationMetadata end = await RunAsync(app, new Ask(server.Address) { Resource = "https://graph.microsoft.com" });

        Assert.Contains("AddSingleton<TokenCredential>(new DefaultAzureCredential())", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Authority_of_a_token_source_is_refused()
    {
        await using TestApp app = await StartAsync(builder => builder.Services.AddSingleton<TokenCredential>(new FixedCredential()));

        OrchestrationMetadata end = await RunAsync(
            app, new Ask("http://127.0.0.1:1") { Resource = "api://mine", Authority = new Uri("https://login.example") });

        Assert.Contains("names an authority", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serializer_of_the_apps_own_does_not_matter()
    {
        await using TestServer server = await TestServer.StartAsync(static (context, number) =>
            number == 1 ? Accept(context, "/next", "0") : context.Response.WriteAsync("done"));
        JsonObjectSerializer serializer = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper });
        await using TestApp app = await StartAsync(builder => builder.Services.Configure<WorkerOptions>(options => options.Serializer = serializer));

        DurableHttpResponse answer = await CallAsync(app, new Ask(server.Address) { Follows = true });

        Assert.Equal("done", answer.Content);
    }

    private static Task<TestApp> StartAsync(
        Action<Microsoft.Azure.Functions.Worker.Builder.FunctionsApplicationBuilder>? configure = null, string? hostJson = null) =>
        TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(HttpCallApp)],
            Configure = configure,
            HostJson = hostJson,
            Arguments = ["--FuncExec:Engine:MaxLiveInstances", "0", "--FuncExec:Engine:ShadowReplayEvery", "1"],
        });

    private static async Task<DurableHttpResponse> CallAsync(TestApp app, Ask ask)
    {
        OrchestrationMetadata end = await RunAsync(app, ask);
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        return end.ReadOutputAs<DurableHttpResponse>()!;
    }

    private static async Task<OrchestrationMetadata> RunAsync(TestApp app, Ask ask)
    {
        OrchestrationMetadata end = await app.WaitAsync(await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(HttpCallApp.Call), ask));
        Assert.DoesNotContain(app.Log.Records, static record => record.Text.Contains("deterministic", StringComparison.OrdinalIgnoreCase));
        return end;
    }

    private static Task Accept(HttpContext context, string? location, string? retryAfter)
    {
        context.Response.StatusCode = 202;
        if (location is not null)
        {
            context.Response.Headers.Location = location;
        }

        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.CompletedTask;
    }

    private sealed class FixedCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new($"token of {requestContext.Scopes.Single()} for {requestContext.TenantId}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
