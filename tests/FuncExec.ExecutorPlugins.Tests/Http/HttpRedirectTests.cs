namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class HttpRedirectTests : IDisposable
{
    private const string Secrets = """ "headers":{"Authorization":"s3cret","Cookie":"s3cret","X-Api-Key":"s3cret","Accept":"a/b","Accept-Language":"de"} """;

    private readonly HttpFixture _http = new();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(301, "GET", "GET")]
    [InlineData(301, "POST", "GET")]
    [InlineData(301, "PUT", "PUT")]
    [InlineData(302, "POST", "GET")]
    [InlineData(302, "DELETE", "DELETE")]
    [InlineData(303, "HEAD", "HEAD")]
    [InlineData(303, "GET", "GET")]
    [InlineData(303, "POST", "GET")]
    [InlineData(303, "PUT", "GET")]
    [InlineData(307, "POST", "POST")]
    [InlineData(308, "PATCH", "PATCH")]
    public async Task Method_and_body_change_as_in_a_browser(int status, string method, string then)
    {
        await using RawServer server = RawServer.Answering(
            method == "HEAD" ? $"HTTP/1.1 {status} X\r\nLocation: /there?x\r\n\r\n" : RawServer.Redirect(status, "/there?x"), RawServer.Status("204 No Content"));

        TaskOutcome outcome = (await _http.Send(server.Url, $$""" "method":"{{method}}","body":"b","headers":{"Content-Language":"de","X-A":"1"} """)).Succeeded();

        RawRequest last = server.Requests.Last();
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal($"{then} /there?x HTTP/1.1", last.Line);
        Assert.Equal("1", last.Header("X-A"));
        bool keepsBody = then == method && !(status == 303 && method != "HEAD" && method != "GET");
        Assert.Equal(keepsBody ? "b" : "", last.Text);
        Assert.Equal(keepsBody ? "de" : null, last.Header("Content-Language"));
        Assert.Equal(keepsBody ? "text/plain; charset=utf-8" : null, last.Header("Content-Type"));
        Assert.Equal(1, outcome.Detail("redirects").GetInt32());
        Assert.Equal($"{server.Url}there?***", outcome.Detail("url").GetString());
        Assert.Equal("", _http.Output.Stdout);
    }

    [Fact]
    public async Task Credentials_stay_with_their_origin()
    {
        await using RawServer other = RawServer.Answering(RawServer.Ok("there"));
        await using RawServer server = RawServer.Answering(RawServer.Redirect(307, "/again"), RawServer.Redirect(302, other.Url));

        (await _http.Send(server.Url, Secrets)).Succeeded();

        Assert.All(server.Requests, static request => Assert.Equal("s3cret", request.Header("Authorization")));
        RawRequest last = Assert.Single(other.Requests);
        Assert.DoesNotContain("s3cret", last.Head);
        Assert.Equal("a/b", last.Header("Accept"));
        Assert.Equal("de", last.Header("Accept-Language"));
        Assert.Equal("there", _http.Output.Stdout);
    }

    [Fact]
    public async Task Credentials_do_not_come_back_with_the_origin()
    {
        RawServer? first = null;
        await using RawServer other = new(exchange => exchange.SendAsync(RawServer.Redirect(302, first!.Url + "back")));
        await using RawServer server = RawServer.Answering(RawServer.Redirect(302, other.Url), RawServer.Ok());
        first = server;

        (await _http.Send(server.Url, Secrets)).Succeeded();

        Assert.DoesNotContain("s3cret", server.Requests.Last().Head);
    }

    [Fact]
    public async Task Another_name_of_the_same_server_is_another_origin()
    {
        await using RawServer server = RawServer.Answering("", RawServer.Ok());
        await using RawServer first = RawServer.Answering(RawServer.Redirect(302, $"http://127.0.0.2:{server.Port}/"));
        await using RawServer start = RawServer.Answering(RawServer.Redirect(302, $"http://127.1:{first.Port}/"));

        await _http.Send(start.Url, Secrets);

        Assert.DoesNotContain("s3cret", first.Requests.Last().Head);
    }

    [Fact]
    public async Task User_and_password_of_a_redirect_are_dropped()
    {
        await using RawServer other = RawServer.Answering(RawServer.Ok());
        await using RawServer server = RawServer.Answering(RawServer.Redirect(302, $"http://user:s3cret@127.0.0.1:{other.Port}/"));

        TaskOutcome outcome = (await _http.Get(server.Url)).Succeeded();

        Assert.DoesNotContain("s3cret", Assert.Single(other.Requests).Head + outcome.Details);
        Assert.Null(Assert.Single(other.Requests).Header("Authorization"));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    [InlineData(null, 11)]
    public async Task Endless_redirects_end(int? most, int requests)
    {
        await using RawServer server = RawServer.Answering(RawServer.Redirect(302, "/"));

        TaskOutcome outcome = await (most is null ? _http.Get(server.Url) : _http.Send(server.Url, $"\"maxRedirects\":{most}"));

        Assert.Contains("redirects", outcome.Failed(FailureKind.Exit, 302).Message);
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task Redirects_are_not_followed_when_not_wanted()
    {
        await using RawServer server = RawServer.Answering(RawServer.Redirect(302, "/x"));

        TaskOutcome outcome = await _http.Send(server.Url, """ "followRedirects":false,"acceptStatus":["3xx"],"resultHeaders":["Location"] """);

        Assert.Equal("/x", outcome.Succeeded().Detail("headers").GetProperty("location").GetString());
        Assert.Single(server.Requests);
        Assert.Equal("not this", _http.Output.Stdout);
    }

    [Theory]
    [InlineData("300")]
    [InlineData("304")]
    [InlineData("305")]
    public async Task Other_statuses_lead_nowhere(string status)
    {
        await using RawServer server = RawServer.Answering($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n");

        (await _http.Get(server.Url)).Failed(FailureKind.Exit, int.Parse(status));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("gopher://127.0.0.1/_x")]
    [InlineData("http://[::1")]
    [InlineData("")]
    public async Task Redirect_to_something_else_is_refused(string location)
    {
        await using RawServer server = RawServer.Answering(RawServer.Redirect(302, location), RawServer.Ok());

        Assert.Contains("redirect", (await _http.Get(server.Url)).Failed(FailureKind.Exit, 302).Message);
        Assert.Single(server.Requests);
    }
}
