using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class WorkspaceUploadTests(ApiApp app)
{
    private static readonly string Job = Documents.Command("cat", "src/hello.txt");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Job_finds_its_workspace_whatever_the_order_of_the_parts(bool jobFirst)
    {
        using MultipartFormDataContent form = [];
        if (jobFirst)
        {
            form.Add(ApiApp.Json(Job), "job");
        }

        form.Add(new ByteArrayContent(Zip("src/hello.txt", "from the workspace")), "workspace", "workspace.zip");
        if (!jobFirst)
        {
            form.Add(ApiApp.Json(Job), "job");
        }

        using HttpResponseMessage answer = await app.Http.PostAsync("/api/jobs?wait=60s", form);
        JsonElement job = await ApiApp.ReadAsync(answer);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, job.ToString());
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Equal("from the workspace", await app.Http.GetStringAsync($"/api/jobs/{job.GetProperty("id").GetString()}/tasks/main/0/output"));
    }

    [Fact]
    public async Task Form_without_workspace_is_a_job_too()
    {
        using MultipartFormDataContent form = [];
        form.Add(new StringContent(Documents.Command("true")), "job");

        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Post, "/api/jobs?wait=60s", form)).Status);
    }

    [Fact]
    public async Task Same_workspace_and_job_with_the_same_key_is_the_same_job()
    {
        string key = Guid.NewGuid().ToString();
        byte[] archive = Zip("src/hello.txt", key);

        (HttpStatusCode first, string? id) = await PostAsync(key, archive);
        (HttpStatusCode second, string? same) = await PostAsync(key, archive);
        (HttpStatusCode third, _) = await PostAsync(key, Zip("src/hello.txt", "another"));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity), (first, second, third));
        Assert.Equal(id, same);
        await app.EndAsync(id!);
        await AssertNothingOfNobodyAsync();
    }

    public static TheoryData<string, string, int, string> Wrong => new()
    {
        { "no job", "workspace:zip", 400, "job" },
        { "two jobs", "job:ok;job:ok", 400, "job" },
        { "two workspaces", "workspace:zip;workspace:zip;job:ok", 400, "workspace" },
        { "another part", "job:ok;other:ok", 400, "other" },
        { "another part after the workspace", "workspace:zip;other:ok", 400, "other" },
        { "a job with mistakes", "job:bad;workspace:zip", 400, "$.comand" },
        { "a job with mistakes after the workspace", "workspace:zip;job:bad", 400, "$.comand" },
        { "no archive", "job:ok;workspace:rubbish", 400, "workspace" },
        { "an empty archive file", "job:ok;workspace:empty", 400, "workspace" },
        { "an entry that climbs", "job:ok;workspace:climb", 400, "workspace:../evil" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_form_is_refused_and_leaves_nothing(string what, string parts, int status, string where)
    {
        using MultipartFormDataContent form = [];
        foreach (string part in parts.Split(';'))
        {
            string[] pair = part.Split(':');
            byte[] content = pair[1] switch
            {
                "ok" => Encoding.UTF8.GetBytes(Job),
                "bad" => """{"comand":"true"}"""u8.ToArray(),
                "zip" => Zip("src/hello.txt", "x"),
                "climb" => Zip("../evil", "x"),
                "rubbish" => "this is no archive"u8.ToArray(),
                _ => [],
            };
            form.Add(new ByteArrayContent(content), pair[0]);
        }

        (HttpStatusCode answered, JsonElement problem) = await app.SendAsync(HttpMethod.Post, "/api/jobs", form);

        Assert.True((int)answered == status, $"{what}: {answered} {problem}");
        Assert.True(problem.GetProperty("errors").TryGetProperty(where, out _), $"{what}: {problem}");
        await AssertNothingOfNobodyAsync();
    }

    [Fact]
    public async Task Sender_that_is_gone_leaves_nothing()
    {
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using (Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(app.Address.Host, app.Address.Port, limit.Token);
            string head = $"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {app.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"workspace\"\r\n\r\nPK";
            await socket.SendAsync(Encoding.ASCII.GetBytes(head), limit.Token);
        }

        await AssertNothingOfNobodyAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(app.Directory, "data", "staging")));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=b")]
    public async Task Form_that_is_none_is_refused(string contentType)
    {
        ByteArrayContent content = new("rubbish"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        Assert.Equal(HttpStatusCode.BadRequest, (await app.SendAsync(HttpMethod.Post, "/api/jobs", content)).Status);
    }

    private async Task<(HttpStatusCode Status, string? Id)> PostAsync(string key, byte[] archive)
    {
        using MultipartFormDataContent form = [];
        form.Add(ApiApp.Json(Job), "job");
        form.Add(new ByteArrayContent(archive), "workspace", "w.zip");
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/jobs") { Content = form };
        request.Headers.Add("Idempotency-Key", key);
        using HttpResponseMessage answer = await app.Http.SendAsync(request);
        JsonElement body = await ApiApp.ReadAsync(answer);
        return (answer.StatusCode, body.TryGetProperty("id", out JsonElement id) ? id.GetString() : null);
    }

    /// <summary>Whatever is in the blob store belongs to a job that is there.</summary>
    private async Task AssertNothingOfNobodyAsync()
    {
        await foreach (string id in app.Blobs.ListJobsAsync(CancellationToken.None))
        {
            Assert.True(await app.Ledger.GetJobAsync(id, CancellationToken.None) is not null, $"The blob store has something of '{id}', which is no job.");
        }
    }

    private static byte[] Zip(string name, string content)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(content));
        }

        return stream.ToArray();
    }
}
