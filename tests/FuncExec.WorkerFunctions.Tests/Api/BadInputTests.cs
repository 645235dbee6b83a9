using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class BadInputTests(ApiApp app)
{
    [Fact]
    public async Task Every_wrong_request_is_answered_exactly()
    {
        string job = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
        BadInput[] inputs = [.. BadInputs.All];
        List<string> wrong = [];
        foreach (BadInput input in inputs)
        {
            using HttpRequestMessage request = input.ToRequest(job);
            using HttpResponseMessage answer = await app.Http.SendAsync(request);
            string body = await answer.Content.ReadAsStringAsync();
            if (WhyWrong(input, answer, body) is { } reason)
            {
                wrong.Add($"{input.Method} {input.Name}: {reason}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {inputs.Length} were answered otherwise:\n{string.Join('\n', wrong)}");
        Assert.True(inputs.Length >= 200, $"{inputs.Length}");
        Assert.Equal("succeeded", (await app.RunAsync(Documents.Command("true"))).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("POST /api/jobs", "Idempotency-Key", "Content-Type: application/json\r\nContent-Length: 18\r\n", "{\"command\":\"true\"}")]
    [InlineData("GET /api/jobs/{job}/events", "Last-Event-ID", "", "")]
    public async Task Header_that_is_sent_twice_is_named(string line, string header, string others, string body)
    {
        string job = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
        string answer = await SendAsync($"{line.Replace("{job}", job, StringComparison.Ordinal)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-functions-key: {app.Key}\r\n{header}: a\r\n{header}: b\r\n{others}\r\n{body}");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"{header}\":[\"is given more than once.\"]", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "A job document has at most 33554432 bytes.")]
    [InlineData("multipart/form-data; boundary=b", "A form has a workspace of at most 1 GiB (FuncExec__WorkspaceLimit) and a document of at most 32 MiB.")]
    public async Task Body_that_is_too_large_is_refused_by_its_own_limit_before_it_arrives(string type, string detail)
    {
        string answer = await SendAsync($"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {app.Key}\r\nContent-Type: {type}\r\nContent-Length: 2000000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"detail\":\"{detail}\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" ", "is empty")]
    [InlineData("{\"command\":\"\\ud800\"}", "half of a surrogate pair")]
    public async Task What_is_wrong_with_a_document_is_said_in_plain_words(string document, string words)
    {
        (System.Net.HttpStatusCode _, JsonElement problem) = await app.SendAsync(HttpMethod.Post, "/api/jobs", ApiApp.Json(document));

        Assert.Contains(words, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Value[0].GetString(), StringComparison.Ordinal);
    }

    /// <summary>Sends what a client of HTTP would not, and answers what comes back, up to the line of the problem.</summary>
    private async Task<string> SendAsync(string request)
    {
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(app.Address.Host, app.Address.Port, limit.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), limit.Token);
        using StreamReader reader = new(new NetworkStream(socket));
        StringBuilder answer = new();
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            answer.AppendLine(line);
            if (line.StartsWith('{'))
            {
                break; // What follows may be a reset: the rest of the request is not read.
            }
        }

        return answer.ToString();
    }

    private static string? WhyWrong(BadInput input, HttpResponseMessage answer, string body)
    {
        if ((int)answer.StatusCode != input.Status)
        {
            return $"{(int)answer.StatusCode} instead of {input.Status}: {body}";
        }

        if (input.Where == BadInputs.ByServer)
        {
            return null;
        }

        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return $"answered as {answer.Content.Headers.ContentType}";
        }

        JsonElement problem = JsonElement.Parse(body);
        string where = problem.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind is JsonValueKind.Object
            ? string.Join(' ', errors.EnumerateObject().Select(static member => member.Name).Order(StringComparer.Ordinal))
            : "";
        string expected = input.Where.Contains("['") ? input.Where : string.Join(' ', input.Where.Split(' ').Order(StringComparer.Ordinal));
        return problem.GetProperty("status").GetInt32() != input.Status || problem.GetProperty("detail").GetString() is not { Length: > 10 }
            ? $"is no problem: {body}"
            : where != expected ? $"points at '{where}' instead of '{expected}': {body}" : null;
    }
}
