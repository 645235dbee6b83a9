using System.Globalization;
using System.Net;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using static FuncExec.Runtime.Functions.Tests.Apps.CallingApp;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class CallHttpTests
{
    private static readonly TestAppOptions s_options = new()
    {
        Types = [typeof(CallingApp)],
        HostJson = """{"version":"2.0","extensions":{"durableTask":{"httpSettings":{"defaultAsyncRequestSleepTimeMilliseconds":20}}}}""",
    };

    [Fact]
    public async Task A_request_goes_out_as_it_was_made_and_the_answer_comes_whole()
    {
        await using Remote remote = await Remote.StartAsync(static async (http, _) =>
        {
            http.Response.StatusCode = 418;
            http.Response.Headers.Append("X-Several", "one");
            http.Response.Headers.Append("X-Several", "two");
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync("ünser Tee");
        });
        await using TestApp app = await TestApp.StartAsync(s_options);

        Answer answer = await AskAsync(app, new Call(
            new Uri(remote.Address, "/pot?x=1").ToString(),
            "PUT",
            "{\"a\":\"ü\"}",
            new() { ["content-type"] = ["application/json"], ["X-Mine"] = ["a", "b"] }));

        Assert.Equal(((HttpStatusCode)418, "ünser Tee"), (answer.Status, answer.Content));
        Assert.Equal((string?[])["one", "two"], answer.Headers["X-Several"]);
        Remote.Asked asked = Assert.Single(remote.Requests);
        Assert.Equal(("PUT /pot", "{\"a\":\"ü\"}", "application/json", "a,b"), (asked.Line, asked.Body, asked.Headers["Content-Type"], asked.Headers["X-Mine"].Replace(" ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_short_form_sends_text_and_does_not_follow()
    {
        await using Remote remote = await Remote.StartAsync(static async (http, asked) =>
        {
            http.Response.StatusCode = 202;
            http.Response.Headers.Location = "/elsewhere";
            await http.Response.WriteAsync($"{asked.Headers["Content-Type"]}: {asked.Body}");
        });
        await using TestApp app = await TestApp.StartAsync(s_options);

        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(AskShortly), remote.Address);

        Assert.Equal("text/plain: text", (await app.WaitAsync(id)).ReadOutputAs<string>());
        Assert.Single(remote.Requests);
    }

    [Fact]
    public async Task An_accepted_request_is_followed_to_its_end()
    {
        await using Remote other = await Remote.StartAsync(static (http, _) => http.Response.WriteAsync("done"));
        await using Remote remote = await Remote.StartAsync((http, asked) =>
        {
            http.Response.StatusCode = 202;
            http.Response.Headers.Location = asked.Number switch { 0 => "status/1", 1 => "/other", _ => new Uri(other.Address, "/end").ToString() };
            if (asked.Number == 1)
            {
                http.Response.Headers.RetryAfter = "0";
            }
            else if (asked.Number == 2)
            {
                http.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddDays(-1).ToString("R", CultureInfo.InvariantCulture);
            }

            return Task.CompletedTask;
        });
        await using TestApp app = await TestApp.StartAsync(s_options);

        Answer answer = await AskAsync(app, new Call(
            new Uri(remote.Address, "/jobs/").ToString(),
            "POST",
            "text",
            new() { ["Authorization"] = ["Bearer x"], ["x-functions-key"] = ["y"], ["X-Mine"] = ["z"] },
            Follow: true));

        Assert.Equal((HttpStatusCode.OK, "done"), (answer.Status, answer.Content));
        Assert.Equal(["POST /jobs/", "GET /jobs/status/1", "GET /other"], remote.Requests.Select(static asked => asked.Line));
        Assert.Equal([true, true, true], remote.Requests.Select(static asked => asked.Headers.ContainsKey("Authorization")));
        Assert.Equal([true, false, false], remote.Requests.Select(static asked => asked.Headers.ContainsKey("x-functions-key")));
        Remote.Asked last = Assert.Single(other.Requests);
        Assert.Equal(("GET /end", false, "z"), (last.Line, last.Headers.ContainsKey("Authorization"), last.Headers["X-Mine"]));
    }

    [Fact]
    public async Task An_accepted_request_without_an_address_is_the_answer()
    {
        await using Remote remote = await Remote.StartAsync(static (http, _) =>
        {
            http.Response.StatusCode = 202;
            return Task.CompletedTask;
        });
        await using TestApp app = await TestApp.StartAsync(s_options);

        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(app, new Call(remote.Address.ToString(), Follow: true))).Status);
    }

    [Fact]
    public async Task It_is_followed_on_after_a_restart()
    {
        using TestDirectory directory = new() { Kept = true };
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Remote remote = await Remote.StartAsync((http, asked) =>
        {
            http.Response.StatusCode = asked.Number > 2 && stopped.Task.IsCompleted ? 200 : 202;
            http.Response.Headers.Location = "/again";
            return Task.CompletedTask;
        });
        string id;
        await using (TestApp app = await TestApp.StartAsync(s_options with { Directory = directory }))
        {
            id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Ask), new Call(remote.Address.ToString(), "POST", Follow: true));
            await TestApp.WaitForAsync(() => remote.Requests.Count > 1);
        }

        stopped.SetResult();
        await using TestApp next = await TestApp.StartAsync(s_options with { Directory = directory });

        Assert.Equal(HttpStatusCode.OK, (await next.WaitAsync(id)).ReadOutputAs<Answer>()!.Status);
        Assert.Equal("POST /", Assert.Single(remote.Requests, static asked => asked.Line.StartsWith("POST", StringComparison.Ordinal)).Line);
    }

    [Theory]
    [InlineData(new int[] { 503, 404, 200 }, null, 3, 200)]
    [InlineData(new int[] { 503, 404, 200 }, new[] { HttpStatusCode.ServiceUnavailable }, 3, 404)]
    [InlineData(new int[] { 503, 503, 503 }, null, 3, 0)]
    [InlineData(new int[] { 500 }, null, 1, 0)]
    public async Task A_failure_is_tried_again_as_the_options_say(int[] statuses, HttpStatusCode[]? retried, int attempts, int outcome)
    {
        await using Remote remote = await Remote.StartAsync((http, asked) =>
        {
            http.Response.StatusCode = statuses[asked.Number];
            return Task.CompletedTask;
        });
        await using TestApp app = await TestApp.StartAsync(s_options);

        OrchestrationMetadata end = await EndAsync(app, new Call(remote.Address.ToString(), Attempts: attempts, Retried: retried));

        if (outcome == 0)
        {
            Assert.Equal(typeof(HttpRequestException).FullName, end.FailureDetails!.InnerFailure!.ErrorType);
            Assert.Equal(statuses.Length, remote.Requests.Count);
        }
        else
        {
            Assert.Equal((HttpStatusCode)outcome, end.ReadOutputAs<Answer>()!.Status);
        }
    }

    [Fact]
    public async Task What_does_not_answer_in_time_fails_by_its_timeout()
    {
        await using Remote remote = await Remote.StartAsync(static (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using TestApp app = await TestApp.StartAsync(s_options);

        OrchestrationMetadata end = await EndAsync(app, new Call(remote.Address.ToString(), Timeout: TimeSpan.FromMilliseconds(50)));

        Assert.Equal(typeof(TimeoutException).FullName, end.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Contains("00:00:00.05", end.FailureDetails.InnerFailure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timeout_holds_for_the_following_as_a_whole()
    {
        await using Remote remote = await Remote.StartAsync(static (http, _) =>
        {
            http.Response.StatusCode = 202;
            http.Response.Headers.Location = "/";
            http.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });
        await using TestApp app = await TestApp.StartAsync(s_options);

        OrchestrationMetadata end = await EndAsync(app, new Call(remote.Address.ToString(), Follow: true, Timeout: TimeSpan.FromSeconds(1)));

        Assert.Equal(typeof(TimeoutException).FullName, end.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Single(remote.Requests);
    }

    [Fact]
    public async Task Nobody_there_and_what_cannot_be_sent_are_failures_that_say_why()
    {
        await using TestApp app = await TestApp.StartAsync(s_options);

        OrchestrationMetadata nobody = await EndAsync(app, new Call("http://127.0.0.1:1/"));
        OrchestrationMetadata multipart = await EndAsync(app, new Call(
            "http://127.0.0.1:1/", "POST", "x", new() { ["Content-Type"] = ["multipart/form-data; boundary=x"] }));

        Assert.Equal(typeof(HttpRequestException).FullName, nobody.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Contains("multipart", multipart.FailureDetails!.InnerFailure!.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task<Answer> AskAsync(TestApp app, Call call) => (await EndAsync(app, call)).ReadOutputAs<Answer>()!;

    private static async Task<OrchestrationMetadata> EndAsync(TestApp app, Call call) =>
        await app.WaitAsync(await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Ask), call));
}
