using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class ArtifactTests(ApiApp app)
{
    private const string Job = """
        {"steps":[
          {"name":"make","payload":{"command":"mkdir -p out/sub; printf 0123456789 > 'out/a b.txt'; printf x > out/sub/run; chmod +x out/sub/run","shell":true},"artifacts":["out/**"]},
          {"name":"use","needs":["make"],"payload":{"command":"cat 'out/a b.txt'","shell":true}}]}
        """;

    [Fact]
    public async Task Artifacts_are_listed_and_laid_out_for_the_steps_that_need_them()
    {
        string id = (await app.RunAsync(Job)).GetProperty("id").GetString()!;
        JsonElement[] items = [.. (await app.GetAsync($"/api/jobs/{id}/artifacts")).GetProperty("items").EnumerateArray()];

        Assert.Equal(["make/0/out/a b.txt", "make/0/out/sub/run"], items.Select(static item => item.GetProperty("name").GetString()));
        Assert.Equal(10, items[0].GetProperty("size").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("0123456789"u8)), items[0].GetProperty("sha256").GetString());
        Assert.Equal([false, true], items.Select(static item => item.GetProperty("executable").GetBoolean()));
        Assert.Equal("0123456789", await app.Http.GetStringAsync($"/api/jobs/{id}/tasks/use/0/output"));
        Assert.Equal(2, (await app.GetAsync($"/api/jobs/{id}/artifacts?step=make")).GetProperty("items").GetArrayLength());
        JsonElement page = await app.GetAsync($"/api/jobs/{id}/artifacts?limit=1");
        JsonElement rest = await app.GetAsync($"/api/jobs/{id}/artifacts?limit=1&after={Uri.EscapeDataString(page.GetProperty("next").GetString()!)}");
        Assert.Equal("make/0/out/sub/run", Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Artifact_is_given_whole_in_ranges_and_not_twice()
    {
        string id = (await app.RunAsync(Job)).GetProperty("id").GetString()!;
        string path = $"/api/jobs/{id}/artifacts/make/0/out/a%20b.txt";

        using HttpResponseMessage whole = await app.Http.GetAsync(path);
        string tag = whole.Headers.ETag!.Tag;
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync());
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData("0123456789"u8))}\"", tag);
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(["bytes"], whole.Headers.AcceptRanges);

        Assert.Equal((HttpStatusCode.PartialContent, "345"), await AskAsync(path, static request => request.Headers.Range = new RangeHeaderValue(3, 5)));
        Assert.Equal((HttpStatusCode.PartialContent, "89"), await AskAsync(path, static request => request.Headers.Range = new RangeHeaderValue(null, 2)));
        Assert.Equal((HttpStatusCode.NotModified, ""), await AskAsync(path, request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag))));
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync($"/api/jobs/{id}/artifacts/make/0/other", static _ => { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync($"/api/jobs/{id}/artifacts/make/0/out/%2e%2e/%2e%2e/key", static _ => { })).Status);
    }

    [Fact]
    public async Task Range_that_is_not_there_is_refused_with_problem_details()
    {
        string id = (await app.RunAsync(Job)).GetProperty("id").GetString()!;
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/jobs/{id}/artifacts/make/0/out/a%20b.txt");
        request.Headers.Range = new RangeHeaderValue(10, 12);

        using HttpResponseMessage answer = await app.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal((10, null), (answer.Content.Headers.ContentRange!.Length, answer.Content.Headers.ContentDisposition));
        JsonElement problem = await ApiApp.ReadAsync(answer);
        Assert.Equal(416, problem.GetProperty("status").GetInt32());
        Assert.Equal("Range", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("artifacts.zip")]
    [InlineData("artifacts?format=zip")]
    public async Task All_artifacts_come_as_one_file(string what)
    {
        string id = (await app.RunAsync(Job)).GetProperty("id").GetString()!;

        using HttpResponseMessage answer = await app.Http.GetAsync($"/api/jobs/{id}/{what}");
        using ZipArchive zip = new(await answer.Content.ReadAsStreamAsync());

        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["make/0/out/a b.txt", "make/0/out/sub/run"], zip.Entries.Select(static entry => entry.FullName));
        using StreamReader first = new(zip.Entries[0].Open(), Encoding.ASCII);
        Assert.Equal("0123456789", await first.ReadToEndAsync());
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, Action<HttpRequestMessage> with)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        with(request);
        using HttpResponseMessage answer = await app.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
