using System.Net;
using FuncExec.ExecutorPlugins.Http.Calls;

namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class RedirectsTests
{
    [Theory]
    [InlineData("https://a.example/", "http://a.example/")]
    [InlineData("https://a.example/", "http://a.example:443/")]
    public void Way_from_https_to_http_is_refused(string from, string to) =>
        Assert.Contains("https to http", Assert.IsType<RedirectStep.Refuse>(Decide(from, to)).Reason);

    [Theory]
    [InlineData("https://a.example/x", "/y", "https://a.example/y", true)]
    [InlineData("https://a.example/x", "https://A.EXAMPLE:443/y", "https://a.example/y", true)]
    [InlineData("http://a.example/", "https://a.example/", "https://a.example/", false)]
    [InlineData("https://a.example/", "https://a.example:8443/", "https://a.example:8443/", false)]
    [InlineData("https://a.example/", "//b.a.example/", "https://b.a.example/", false)]
    [InlineData("https://a.example/", "https://a.example./", "https://a.example./", false)]
    [InlineData("https://a.example/", "https://u:p@a.example/", "https://a.example/", true)]
    public void Credentials_go_along_within_an_origin_only(string from, string to, string next, bool kept)
    {
        HttpHop hop = Assert.IsType<RedirectStep.Follow>(Decide(from, to)).Next;

        Assert.Equal(next, hop.Url.AbsoluteUri);
        Assert.Equal(kept ? ["Authorization", "Accept"] : ["Accept"], hop.Headers.Select(static header => header.Key));
    }

    private static RedirectStep Decide(string from, string location)
    {
        using HttpResponseMessage response = new(HttpStatusCode.Found);
        response.Headers.TryAddWithoutValidation("Location", location);
        return Redirects.Decide(new HttpHop(new Uri(from), "GET", [KeyValuePair.Create("Authorization", "x"), KeyValuePair.Create("Accept", "y")], null), response);
    }
}
