using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace FuncExec.Service.Crash.Tests;

/// <summary>
/// What a patient client does: it posts jobs under idempotency keys, cancels, holds, runs again and deletes, and asks again
/// whenever the service was gone; and what must be true in the end, wherever the service was interrupted.
/// </summary>
internal sealed class Workload(CrashHost host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const string Steps = """
        {"name":"steps","steps":[
          {"name":"make","payload":{"command":"sh","args":["-c","mkdir -p out; echo made > out/file; seq 1 5000"]},"artifacts":["out/**"]},
          {"name":"use","needs":["make"],"payload":{"command":"cat","args":["out/file"]}},
          {"name":"fail","needs":["use"],"payload":{"command":"sh","args":["-c","exit 7"]},"retry":{"maxAttempts":2,"initialInterval":"10ms"}},
          {"name":"never","needs":["fail"],"payload":{"command":"true"}}]}
        """;

    /// <summary>Runs all of it; throws what is wrong.</summary>
    public async Task RunAsync()
    {
        string steps = await PostAsync(Steps, "steps");
        JsonElement job = await EndOfAsync(steps);
        await JudgeStepsAsync(steps, job);

        string again = await ActAsync(HttpMethod.Post, $"/api/jobs/{steps}/rerun", HttpStatusCode.Accepted);
        await JudgeStepsAsync(again, await EndOfAsync(again));

        string sleeping = await PostAsync("""{"commands":[{"command":"sleep","args":["600"]},{"command":"sleep","args":["600"]}]}""", "cancel");
        await UntilAsync(sleeping, static job => job.GetProperty("counts").GetProperty("running").GetInt32() > 0);
        await ActAsync(HttpMethod.Post, $"/api/jobs/{sleeping}/cancel", HttpStatusCode.Accepted, HttpStatusCode.Conflict);
        Assert.Equal("cancelled", (await EndOfAsync(sleeping)).GetProperty("status").GetString());
        await JudgeEventsAsync(sleeping, 2);

        string held = await PostAsync("""{"maxParallelism":1,"commands":[{"command":"true"},{"command":"true"},{"command":"true"}]}""", "held");
        await ActAsync(HttpMethod.Post, $"/api/jobs/{held}/suspend", HttpStatusCode.Accepted, HttpStatusCode.Conflict);
        await ActAsync(HttpMethod.Post, $"/api/jobs/{held}/resume", HttpStatusCode.Accepted, HttpStatusCode.Conflict);
        Assert.Equal("succeeded", (await EndOfAsync(held)).GetProperty("status").GetString());
        await JudgeEventsAsync(held, 3);

        await ActAsync(HttpMethod.Delete, $"/api/jobs/{steps}", HttpStatusCode.NoContent, HttpStatusCode.Gone);
        await JudgeDeletedAsync(steps);

        // The other job shares what the first had stored.
        await JudgeStepsAsync(again, await EndOfAsync(again));
    }

    private async Task JudgeStepsAsync(string id, JsonElement job)
    {
        Assert.Equal("failed", job.GetProperty("status").GetString());
        JsonElement counts = job.GetProperty("counts");
        Assert.Equal((2, 1, 1), (counts.GetProperty("succeeded").GetInt32(), counts.GetProperty("failed").GetInt32(), counts.GetProperty("skipped").GetInt32()));
        JsonElement[] tasks = [.. (await GetAsync($"/api/jobs/{id}/tasks")).GetProperty("items").EnumerateArray()];
        Assert.Equal(["succeeded", "succeeded", "failed", "skipped"], tasks.Select(static task => task.GetProperty("status").GetString()));
        Assert.Equal("made\n", tasks[1].GetProperty("stdout").GetString());
        Assert.Equal(2, tasks[2].GetProperty("attempt").GetInt32());
        Assert.Equal(string.Concat(Enumerable.Range(1, 5000).Select(static line => $"{line}\n")), await TextAsync($"/api/jobs/{id}/tasks/make/0/output"));
        Assert.Equal("made\n", await TextAsync($"/api/jobs/{id}/artifacts/make/0/out/file"));
        await JudgeEventsAsync(id, null);
    }

    /// <summary>Numbers without gap, one terminal event of each task that has one, and the job's end last.</summary>
    private async Task JudgeEventsAsync(string id, int? tasks)
    {
        List<JsonElement> events = [];
        foreach (string line in (await TextAsync($"/api/jobs/{id}/events")).Split('\n'))
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                using JsonDocument document = JsonDocument.Parse(line["data:".Length..]);
                if (document.RootElement.TryGetProperty("number", out _))
                {
                    events.Add(document.RootElement.Clone());
                }
            }
        }

        Assert.NotEmpty(events);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(static number => (long)number), events.Select(static item => item.GetProperty("number").GetInt64()));
        IGrouping<string, JsonElement>[] ended =
        [
            .. events
                .Where(static item => item.TryGetProperty("index", out _)
                    && item.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled" or "timedOut")
                .GroupBy(static item => item.GetProperty("id").GetString()!),
        ];
        Assert.All(ended, static task => Assert.Single(task));
        Assert.True(tasks is null || ended.Length <= tasks, $"{ended.Length} tasks ended.");
    }

    private async Task JudgeDeletedAsync(string id)
    {
        Assert.Equal(HttpStatusCode.Gone, (await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/api/jobs/{id}"))).StatusCode);
        await RepeatAsync(async () =>
        {
            HttpResponseMessage instance = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/runtime/webhooks/durabletask/instances/{id}"));
            bool hasFiles = Directory.EnumerateDirectories(Path.Combine(host.DataDirectory, "blobs"), id, SearchOption.AllDirectories).Any();
            return instance.StatusCode is HttpStatusCode.NotFound && !hasFiles;
        });
    }

    private async Task<string> PostAsync(string job, string key)
    {
        HttpResponseMessage answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, "/api/jobs")
        {
            Content = new StringContent(job, new MediaTypeHeaderValue("application/json")),
            Headers = { { "Idempotency-Key", key } },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<string> ActAsync(HttpMethod method, string path, params HttpStatusCode[] allowed)
    {
        HttpResponseMessage answer = await SendAsync(() => new HttpRequestMessage(method, path));
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(allowed.Contains(answer.StatusCode), $"{method} {path}: {answer.StatusCode} {body}");
        if (answer.StatusCode is not HttpStatusCode.Accepted)
        {
            return "";
        }

        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    private Task<JsonElement> EndOfAsync(string id) => UntilAsync(id, static job => job.GetProperty("finishedAt").ValueKind is JsonValueKind.String);

    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> condition)
    {
        JsonElement job = default;
        await RepeatAsync(async () =>
        {
            job = await GetAsync($"/api/jobs/{id}");
            return condition(job) || job.GetProperty("finishedAt").ValueKind is JsonValueKind.String;
        });
        return job;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        HttpResponseMessage answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path));
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> TextAsync(string path)
    {
        HttpResponseMessage answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path));
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Sends a request until it is answered by something else than "not now".</summary>
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request)
    {
        HttpResponseMessage? answer = null;
        await RepeatAsync(async () =>
        {
            try
            {
                answer = await host.Client.SendAsync(request());
                await answer.Content.LoadIntoBufferAsync();
                return answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                if (host.HasEnded)
                {
                    await host.StartAgainAsync();
                }

                return false;
            }
        });
        return answer!;
    }

    private async Task RepeatAsync(Func<Task<bool>> attempt)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!await attempt())
        {
            limit.Token.ThrowIfCancellationRequested();
            if (host.HasEnded)
            {
                await host.StartAgainAsync();
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
