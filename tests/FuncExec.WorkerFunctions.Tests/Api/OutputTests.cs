using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class OutputTests(ApiApp app)
{
    [Fact]
    public async Task Output_is_read_from_any_offset()
    {
        JsonElement job = await app.RunAsync(Documents.Script("printf 0123456789; printf abc >&2"));
        string path = $"/api/jobs/{job.GetProperty("id").GetString()}/tasks/main/0/output";

        Assert.Equal(("0123456789", "10", "true"), await ReadAsync(path));
        Assert.Equal(("789", "10", "true"), await ReadAsync(path + "?offset=7"));
        Assert.Equal(("", "10", "true"), await ReadAsync(path + "?offset=10"));
        Assert.Equal(("bc", "3", "true"), await ReadAsync(path + "?stream=stderr&offset=1&attempt=1"));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await app.SendAsync(HttpMethod.Get, path + "?offset=11")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, path + "?attempt=2")).Status);
        Assert.Equal("0123456789", await app.Http.GetStringAsync(path + "?follow=true"));
    }

    [Fact]
    public async Task Output_is_read_while_it_is_written()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string id = await app.PostAsync(Documents.Script($"printf first; {Documents.Until(go)}; printf second"));
        string path = $"/api/jobs/{id}/tasks/main/0/output";
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using HttpResponseMessage following = await app.Http.GetAsync(path + "?follow=true", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using Stream body = await following.Content.ReadAsStreamAsync(limit.Token);
        byte[] first = new byte[5];
        await body.ReadExactlyAsync(first, limit.Token);

        (string text, string next, string complete) = await ReadAsync(path);
        await File.WriteAllTextAsync(go, "", limit.Token);
        using StreamReader rest = new(body);

        Assert.Equal("first", Encoding.ASCII.GetString(first));
        Assert.Equal(("first", "5", "false"), (text, next, complete));
        Assert.Equal("second", await rest.ReadToEndAsync(limit.Token));
        Assert.Equal(("second", "11", "true"), await ReadAsync(path + "?offset=5"));
    }

    [Fact]
    public async Task Following_begins_before_the_attempt()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string id = await app.PostAsync(JsonSerializer.Serialize(new
        {
            steps = new object[]
            {
                new { name = "a", payload = new { command = Documents.Until(go), shell = true } },
                new { name = "b", needs = new[] { "a" }, payload = new { command = "echo", args = new[] { "late" } } },
            },
        }));
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using HttpResponseMessage following = await app.Http.GetAsync($"/api/jobs/{id}/tasks/b/0/output?follow=true", HttpCompletionOption.ResponseHeadersRead, limit.Token);

        await File.WriteAllTextAsync(go, "", limit.Token);

        Assert.Equal("late\n", await following.Content.ReadAsStringAsync(limit.Token));
    }

    [Fact]
    public async Task Each_attempt_has_output_of_its_own()
    {
        string mark = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        JsonElement job = await app.RunAsync(JsonSerializer.Serialize(new
        {
            command = $"if [ -e '{mark}' ]; then echo two; else touch '{mark}'; echo one; exit 1; fi",
            shell = true,
            retry = new { maxAttempts = 2, initialInterval = "1ms" },
        }));
        string path = $"/api/jobs/{job.GetProperty("id").GetString()}/tasks/main/0/output";

        Assert.Equal("two\n", (await ReadAsync(path)).Text);
        Assert.Equal("one\n", (await ReadAsync(path + "?attempt=1")).Text);
        Assert.Equal("two\n", (await ReadAsync(path + "?attempt=2")).Text);
    }

    [Fact]
    public async Task Large_output_is_the_bytes_that_were_written()
    {
        string file = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        JsonElement job = await app.RunAsync(Documents.Script("head -c 3000000 /dev/urandom | tee \"$1\"", file));
        string path = $"/api/jobs/{job.GetProperty("id").GetString()}/tasks/main/0/output";

        byte[] written = await File.ReadAllBytesAsync(file);
        Assert.Equal(written, await app.Http.GetByteArrayAsync(path));
        Assert.Equal(written[1_234_567..], await app.Http.GetByteArrayAsync(path + "?offset=1234567"));
        Assert.Equal(written[1_234_567..], await app.Http.GetByteArrayAsync(path + "?offset=1234567&follow=true"));
    }

    [Fact]
    public async Task Task_that_never_ran_has_no_output()
    {
        JsonElement job = await app.RunAsync("""
            {"steps":[{"name":"a","payload":{"command":"false"}},{"name":"b","needs":["a"],"payload":{"command":"true"}}]}
            """);
        string path = $"/api/jobs/{job.GetProperty("id").GetString()}/tasks/b/0/output";

        Assert.Equal(("", "0", "true"), await ReadAsync(path));
        Assert.Equal("", await app.Http.GetStringAsync(path + "?follow=true"));
    }

    private async Task<(string Text, string Next, string Complete)> ReadAsync(string path)
    {
        using HttpResponseMessage answer = await app.Http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadAsStringAsync(), Header(answer.Headers, "X-Next-Offset"), Header(answer.Headers, "X-Complete"));
    }

    private static string Header(HttpResponseHeaders headers, string name) => Assert.Single(headers.GetValues(name));
}
