using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using FuncExec.WorkerFunctions.Api.Service;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Tests.Api.Support;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class OpenApiTests(ApiApp app)
{
    private const string NoJob = "/api/jobs/00000000000000000000000000";

    [Fact]
    public async Task Every_function_is_in_the_document_and_nothing_else()
    {
        JsonElement document = await app.GetAsync("/openapi/v1.json");
        IEnumerable<string> written = document.GetProperty("paths").EnumerateObject().SelectMany(static path =>
            path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"));
        IEnumerable<string> served = typeof(ContractFunctions).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods())
            .SelectMany(static method => method.GetParameters())
            .Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .OfType<HttpTriggerAttribute>()
            .SelectMany(static trigger => trigger.Methods!.Select(method => $"{method} /{Regex.Replace(trigger.Route!, @"\{\*?(\w+)(:[^}]*)?\}", "{$1}")}"));

        Assert.Equal(served.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_of_answers_fit_their_schemas()
    {
        JsonElement document = await app.GetAsync("/openapi/v1.json");
        Schema schema = new(document);
        int count = 0;
        foreach ((string _, JsonElement answer) in Answers(document))
        {
            foreach (JsonElement media in Media(answer))
            {
                if (media.TryGetProperty("example", out JsonElement example))
                {
                    Assert.Empty(schema.Check(example, media.GetProperty("schema")));
                    count++;
                }
            }
        }

        Assert.True(count > 10);
    }

    [Fact]
    public async Task Examples_of_jobs_run()
    {
        JsonElement document = await app.GetAsync("/openapi/v1.json");
        JsonElement examples = document.GetProperty("paths").GetProperty("/api/jobs").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("examples");

        foreach (JsonProperty example in examples.EnumerateObject())
        {
            JsonElement job = await app.RunAsync(example.Value.GetProperty("value").GetRawText());
            Assert.True(job.GetProperty("status").GetString() == "succeeded", $"{example.Name}: {job}");
        }
    }

    [Fact]
    public async Task Every_answer_is_given_as_it_is_written()
    {
        JsonElement document = await app.GetAsync("/openapi/v1.json");
        ApiApp busy = new(new StreamLimits(), "--MAX_CONCURRENT_JOBS", "1", "--FuncExec:Metrics:Enabled", "false");
        ApiApp full = new(new StreamLimits(), "--FuncExec:MinFreeDisk", "1TiB");
        await busy.InitializeAsync();
        await full.InitializeAsync();
        try
        {
            Dictionary<string, JsonElement> written = Answers(document).ToDictionary(static pair => pair.Key, static pair => pair.Answer);
            Dictionary<string, Func<Task<HttpResponseMessage>>> given = await CasesAsync(busy, full);
            Assert.Equal(written.Keys.Order(StringComparer.Ordinal), given.Keys.Order(StringComparer.Ordinal));

            Schema schema = new(document);
            foreach ((string key, Func<Task<HttpResponseMessage>> ask) in given)
            {
                using HttpResponseMessage answer = await ask();
                await CheckAsync(schema, key, written[key], answer);
            }
        }
        finally
        {
            await busy.DisposeAsync();
            await full.DisposeAsync();
        }
    }

    private static async Task CheckAsync(Schema schema, string key, JsonElement written, HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(key.EndsWith($" {(int)answer.StatusCode}", StringComparison.Ordinal), $"{key}: {answer.StatusCode} {body}");
        if (written.TryGetProperty("headers", out JsonElement headers))
        {
            string[] optional = ["X-Offset"];
            Assert.All(headers.EnumerateObject().Where(header => !optional.Contains(header.Name)), header => Assert.True(answer.Headers.Contains(header.Name), $"{key}: {header.Name}"));
        }

        if (!written.TryGetProperty("content", out JsonElement content))
        {
            Assert.True(body.Length == 0, $"{key}: {body}");
            return;
        }

        string type = answer.Content.Headers.ContentType!.MediaType!;
        Assert.True(content.TryGetProperty(type, out JsonElement media), $"{key}: {type}");
        if (type.EndsWith("json", StringComparison.Ordinal))
        {
            List<string> mistakes = schema.Check(JsonElement.Parse(body), media.GetProperty("schema"));
            Assert.True(mistakes.Count == 0, $"{key}: {string.Join(", ", mistakes)} in {body}");
        }
    }

    private static async Task<string> NodeAsync(ApiApp app) =>
        (await app.GetAsync("/api/nodes")).GetProperty("items")[0].GetProperty("id").GetString()!;

    private async Task<Dictionary<string, Func<Task<HttpResponseMessage>>>> CasesAsync(ApiApp busy, ApiApp full)
    {
        string done = "/api/jobs/" + (await app.RunAsync("""{"command":"echo hi; exit 1","shell":true}""")).GetProperty("id").GetString();
        string made = "/api/jobs/" + (await app.RunAsync("""{"command":"echo hi > f","shell":true,"artifacts":["f"]}""")).GetProperty("id").GetString();
        string gone = "/api/jobs/" + (await app.RunAsync(Documents.Command("true"))).GetProperty("id").GetString();
        string unwanted = "/api/jobs/" + (await app.RunAsync(Documents.Command("true"))).GetProperty("id").GetString();
        string busyDone = "/api/jobs/" + (await busy.RunAsync(Documents.Command("false"))).GetProperty("id").GetString();
        await busy.PostAsync(Documents.Command("sleep", "600"));
        using (await app.Http.DeleteAsync(gone))
        {
        }

        string running = "/api/jobs/" + await app.PostAsync(Documents.Command("sleep", "600"));
        string key = Guid.NewGuid().ToString();
        Dictionary<string, Func<Task<HttpResponseMessage>>> cases = new()
        {
            ["post /api/jobs 202"] = () => PostAsync("/api/jobs", Documents.Command("true"), key),
            ["post /api/jobs 200"] = () => PostAsync("/api/jobs?wait=60s", Documents.Command("true"), key),
            ["post /api/jobs 400"] = () => PostAsync("/api/jobs", "{}"),
            ["post /api/jobs 413"] = () => PostAsync("/api/jobs", new string(' ', (32 * 1024 * 1024) + 1)),
            ["post /api/jobs 415"] = () => app.Http.PostAsync("/api/jobs", new StringContent("x")),
            ["post /api/jobs 422"] = () => PostAsync("/api/jobs", Documents.Command("false"), key),
            ["post /api/jobs 429"] = () => busy.Http.PostAsync("/api/jobs", ApiApp.Json(Documents.Command("true"))),
            ["get /api/jobs 200"] = () => app.Http.GetAsync("/api/jobs?status=succeeded&limit=2"),
            ["get /api/jobs 400"] = () => app.Http.GetAsync("/api/jobs?limit=0"),
            ["delete /api/jobs/{id} 204"] = () => app.Http.DeleteAsync(unwanted),
            ["delete /api/jobs/{id} 400"] = () => app.Http.DeleteAsync(done + "?x=1"),
            ["delete /api/jobs/{id} 404"] = () => app.Http.DeleteAsync(NoJob),
            ["delete /api/jobs/{id} 409"] = () => app.Http.DeleteAsync(running),
            ["delete /api/jobs/{id} 410"] = () => app.Http.DeleteAsync(gone),
            ["post /api/jobs/{id}/suspend 202"] = () => app.Http.PostAsync(running + "/suspend", ApiApp.Json("{}")),
            ["post /api/jobs/{id}/resume 202"] = () => app.Http.PostAsync(running + "/resume", null),
            ["post /api/jobs/{id}/cancel 202"] = () => app.Http.PostAsync(running + "/cancel", ApiApp.Json("""{"reason":"Started by mistake."}""")),
            ["post /api/jobs/{id}/rerun 202"] = () => app.Http.PostAsync(done + "/rerun", null),
            ["post /api/jobs/{id}/rerun 429"] = () => busy.Http.PostAsync(busyDone + "/rerun", null),
            ["get /api/jobs/{id}/tasks/{step}/{index}/output 416"] = () => app.Http.GetAsync(done + "/tasks/main/0/output?offset=99"),
            ["get /api/jobs/{id}/artifacts/{path} 206"] = () => AskAsync(made + "/artifacts/main/0/f", static headers => headers.Range = new RangeHeaderValue(0, 1)),
            ["get /api/jobs/{id}/artifacts/{path} 304"] = () => AskAsync(made + "/artifacts/main/0/f", static headers => headers.IfNoneMatch.Add(EntityTagHeaderValue.Any)),
            ["get /api/jobs/{id}/artifacts/{path} 416"] = () => AskAsync(made + "/artifacts/main/0/f", static headers => headers.Range = new RangeHeaderValue(100, 200)),
            ["get /api/jobs/{id}/events 204"] = async () => await AskAsync(made + "/events", (await LastAsync(made))),
            ["get /api/executors 200"] = () => app.Http.GetAsync("/api/executors"),
            ["get /api/executors 400"] = () => app.Http.GetAsync("/api/executors?x=1"),
            ["get /api/nodes 200"] = () => app.Http.GetAsync("/api/nodes"),
            ["get /api/nodes 400"] = () => app.Http.GetAsync("/api/nodes?x=1"),
            ["post /api/nodes/{id}/drain 202"] = async () => await full.Http.PostAsync($"/api/nodes/{await NodeAsync(full)}/drain", null),
            ["post /api/nodes/{id}/drain 400"] = async () => await full.Http.PostAsync($"/api/nodes/{await NodeAsync(full)}/drain?x=1", null),
            ["post /api/nodes/{id}/drain 404"] = () => app.Http.PostAsync("/api/nodes/none/drain", null),
            ["get /api/schema/job 200"] = () => app.Http.GetAsync("/api/schema/job"),
            ["get /openapi/v1.json 200"] = () => app.Http.GetAsync("/openapi/v1.json"),
            ["get /healthz 200"] = () => app.Http.GetAsync("/healthz"),
            ["get /metrics 200"] = () => app.Http.GetAsync("/metrics"),
            ["get /metrics 404"] = () => busy.Http.GetAsync("/metrics"),
            ["get /readyz 200"] = () => app.Http.GetAsync("/readyz"),
            ["get /readyz 503"] = () => full.Http.GetAsync("/readyz"),
        };
        foreach (string verb in new[] { "cancel", "suspend", "resume", "rerun" })
        {
            string path = "/" + verb;
            string where = "post /api/jobs/{id}" + path;
            string other = verb == "rerun" ? made : done;
            cases[where + " 400"] = () => app.Http.PostAsync(done + path, ApiApp.Json("[]"));
            cases[where + " 404"] = () => app.Http.PostAsync(NoJob + path, null);
            cases[where + " 409"] = () => app.Http.PostAsync(other + path, null);
            cases[where + " 410"] = () => app.Http.PostAsync(gone + path, null);
            cases[where + " 413"] = () => app.Http.PostAsync(done + path, ApiApp.Json(new string(' ', 70_000)));
            cases[where + " 415"] = () => app.Http.PostAsync(done + path, new StringContent("x"));
        }

        foreach ((string tail, string actual) in new[]
        {
            ("", ""), ("/tasks", "/tasks"), ("/tasks/{step}/{index}", "/tasks/main/0"), ("/tasks/{step}/{index}/output", "/tasks/main/0/output"),
            ("/artifacts", "/artifacts"), ("/artifacts.zip", "/artifacts.zip"), ("/artifacts/{path}", "/artifacts/main/0/f"), ("/events", "/events"),
        })
        {
            string where = "get /api/jobs/{id}" + tail;
            cases[where + " 200"] = () => app.Http.GetAsync(made + actual);
            cases[where + " 400"] = () => app.Http.GetAsync(made + actual + "?x=1");
            cases[where + " 404"] = () => app.Http.GetAsync(NoJob + actual);
            cases[where + " 410"] = () => app.Http.GetAsync(gone + actual);
        }

        return cases;
    }

    private Task<HttpResponseMessage> PostAsync(string path, string document, string? key = null)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = ApiApp.Json(document) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return app.Http.SendAsync(request);
    }

    private Task<HttpResponseMessage> AskAsync(string path, Action<HttpRequestHeaders> with)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        with(request.Headers);
        return app.Http.SendAsync(request);
    }

    private async Task<Action<HttpRequestHeaders>> LastAsync(string job)
    {
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using EventClient events = await EventClient.OpenAsync(app.Http, job["/api/jobs/".Length..], null, limit.Token);
        string last = (await events.ReadAllAsync(limit.Token))[^1].Id;
        return headers => headers.Add("Last-Event-ID", last);
    }

    private static IEnumerable<(string Key, JsonElement Answer)> Answers(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        from answer in method.Value.GetProperty("responses").EnumerateObject()
        where answer.Name != "default"
        select ($"{method.Name} {path.Name} {answer.Name}", Resolve(document, answer.Value));

    private static IEnumerable<JsonElement> Media(JsonElement answer) =>
        answer.TryGetProperty("content", out JsonElement content) ? content.EnumerateObject().Select(static media => media.Value) : [];

    private static JsonElement Resolve(JsonElement document, JsonElement answer) => answer.TryGetProperty("$ref", out JsonElement reference)
        ? document.GetProperty("components").GetProperty("responses").GetProperty(reference.GetString()!.Split('/')[^1])
        : answer;
}
