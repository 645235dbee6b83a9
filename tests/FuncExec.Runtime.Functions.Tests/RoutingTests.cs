using System.Net;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class RoutingTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Types = [typeof(RouteApp)],
        HostJson = """{"version":"2.0","extensions":{"http":{"routePrefix":""}}}""",
        Arguments = ["--SPECIAL", "best"],
    });

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Theory]
    [InlineData("GET", "/", "everything GET ")]
    [InlineData("GET", "/a/b%20c", "everything GET a/b c")]
    [InlineData("GET", "/items/12", "number GET 12")]
    [InlineData("GET", "/items/x", "item GET x")]
    [InlineData("GET", "/items/best", "named GET")]
    [InlineData("GET", "/ITEMS/Best", "named GET")]
    [InlineData("POST", "/items/x", "created POST x")]
    public async Task Most_specific_route_wins(string method, string path, string body)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Routes_of_equal_rank_are_never_ambiguous()
    {
        using HttpResponseMessage response = await _app.Http.GetAsync("/items/3");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Route_for_everything_does_not_hide_the_host()
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Get, "/runtime/webhooks/durabletask/instances");

        Assert.Equal("[]", await response.Content.ReadAsStringAsync());
    }
}
