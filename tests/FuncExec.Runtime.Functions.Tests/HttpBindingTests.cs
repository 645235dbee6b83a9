using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class WebModelTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Types = [typeof(WebApp)],
        Configure = builder => builder.Services.AddKeyedSingleton("greeting", "Hello"),
    });

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/api/action?name=Ada", 200, "Hello Ada!")]
    [InlineData("/api/result", 200, """{"path":"/api/result"}""")]
    [InlineData("/api/asyncResult", 200, "GET")]
    [InlineData("/api/valueTask", 200, "GET")]
    [InlineData("/api/outputs", 201, "made")]
    [InlineData("/api/written", 203, "written")]
    [InlineData("/api/data?q=%C3%BC", 200, """{"query":"\u00FC","url":"/api/data?q=%C3%BC"}""")]
    [InlineData("/API/RESULT", 200, """{"path":"/API/RESULT"}""")]
    [InlineData(
        "/api/values/7/00000000-0000-0000-0000-000000000001/a/b?colour=green&when=2026-01-02T03:04:05Z&factor=0.25",
        200,
        "GET 7 00000000-0000-0000-0000-000000000001 a/b Green 2026-01-02T03:04:05.0000000Z 0.25")]
    [InlineData("/api/values/7/00000000-0000-0000-0000-000000000001?colour=Red", 200, "GET 7 00000000-0000-0000-0000-000000000001  Red  1.5")]
    public async Task Get(string path, int status, string body)
    {
        using HttpResponseMessage response = await _app.Http.GetAsync(path);

        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Body_is_read_with_the_web_defaults()
    {
        using HttpResponseMessage response = await _app.Http.PostAsync("/api/body", Json("""{"NAME":"Ada","age":"36"}"""));

        Assert.Equal("""{"name":"Ada","age":36}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nullable_body_may_be_missing()
    {
        using HttpResponseMessage response = await _app.Http.PostAsync("/api/optionalBody", null);

        Assert.Equal("POST nobody", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Failing_function_is_500_without_details_and_logged_once()
    {
        using HttpResponseMessage response = await _app.Http.GetAsync("/api/broken");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(_app.Log.Records, record => record.Text.Contains("the secret of", StringComparison.Ordinal));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}

public sealed class WorkerModelTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() =>
        _app = await TestApp.StartAsync(new TestAppOptions { Types = [typeof(WorkerApp)], WebModel = false });

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task Response_carries_status_headers_cookies_and_body()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/echo?q=1&code=hidden") { Content = new StringContent("hi") };
        request.Headers.Add("Cookie", "in=crumb");

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("POST hi hi crumb", await response.Content.ReadAsStringAsync());
        Assert.Equal("echo", response.Headers.GetValues("X-Function").Single());
        Assert.Equal("1", response.Headers.GetValues("X-Binding").Single());
        Assert.Equal("c=1; max-age=60; path=/; samesite=strict; httponly", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Theory]
    [InlineData("/api/note", """{"text":"a","STARS":3}""", 200, """{"Text":"a","Stars":3}""")]
    [InlineData("/api/poco", """{"Text":"b"}""", 200, """{"Text":"b","Stars":null}""")]
    [InlineData("/api/text", "quiet", 200, "QUIET")]
    [InlineData("/api/bytes", "abc", 200, "cba")]
    [InlineData("/api/nothing", "", 204, "")]
    [InlineData("/api/outputs", "", 202, "several")]
    [InlineData("/api/poco", "", 204, "")]
    [InlineData("/api/fromBody", """{"Text":"c","Stars":1}""", 200, """{"Text":"POST c","Stars":1}""")]
    public async Task Post(string path, string body, int status, string answer)
    {
        using HttpResponseMessage response = await _app.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Json_that_does_not_fit_is_400_with_its_place()
    {
        using HttpResponseMessage response = await _app.Http.PostAsJsonAsync("/api/note", new { text = "a", stars = "many" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(problem.GetProperty("errors").TryGetProperty("$.stars", out _));
    }
}
