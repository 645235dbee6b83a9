using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Telemetry;

/// <summary>From the caller of a job to the environment of its commands.</summary>
[Collection(ApiCollection.Name)]
public sealed class TraceContextTests(ApiApp app)
{
    private const string Show = "echo \"$TRACEPARENT|$TRACESTATE\"";

    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();

    [Fact]
    public async Task Command_is_told_the_trace_of_the_jobs_caller_with_a_span_of_its_own()
    {
        string[] seen = await SeenAsync(await RunAsync(Documents.Script(Show)));

        string[] parent = seen[0].Split('-');
        Assert.Equal(("00", _trace.ToHexString(), "01", "vendor=1"), (parent[0], parent[1], parent[3], seen[1]));
        Assert.Equal(16, parent[2].Length);
        Assert.NotEqual(_caller.ToHexString(), parent[2]);
    }

    [Fact]
    public async Task Every_attempt_and_every_task_has_a_span_of_its_own()
    {
        JsonElement job = await RunAsync(
            """{"commands":[{"command":"echo \"$TRACEPARENT\"; exit 1","shell":true},{"command":"echo \"$TRACEPARENT\"; exit 1","shell":true}],"retry":{"maxAttempts":3,"initialInterval":"00:00:00.01"}}""");
        string id = job.GetProperty("id").GetString()!;
        List<string> seen = [];
        foreach (int index in new[] { 0, 1 })
        {
            foreach (int attempt in new[] { 1, 2, 3 })
            {
                seen.Add((await app.Http.GetStringAsync($"/api/jobs/{id}/tasks/main/{index}/output?attempt={attempt}")).Trim());
            }
        }

        Assert.Equal(6, seen.Distinct().Count());
        Assert.All(seen, parent => Assert.Equal(_trace.ToHexString(), parent.Split('-')[1]));
    }

    [Fact]
    public async Task Without_a_caller_there_is_none()
    {
        JsonElement job = await app.RunAsync(Documents.Script("env"));

        Assert.DoesNotContain("TRACE", (await TaskAsync(job)).GetProperty("stdout").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_that_the_job_itself_gives_wins_and_takes_no_state_of_another()
    {
        const string Own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        JsonElement job = await RunAsync(JsonSerializer.Serialize(new { command = Show, shell = true, env = new { TRACEPARENT = Own } }));

        Assert.Equal([Own, ""], (await SeenAsync(job)).AsEnumerable());
    }

    [Fact]
    public async Task Span_that_is_written_of_an_attempt_is_the_one_that_the_command_knows()
    {
        using Spans spans = new(_trace);

        JsonElement job = await RunAsync(Documents.Script(Show + "; exit 3"));

        Activity span = Assert.Single(spans.All, static span => span.Source.Name == "FuncExec");
        Assert.Equal(span.Id, (await SeenAsync(job))[0]);
        Assert.Equal(("attempt:command", ActivityStatusCode.Error), (span.DisplayName, span.Status));
        Assert.Equal("failed", span.GetTagItem("funcexec.outcome"));
        Assert.Equal(3, span.GetTagItem("funcexec.exit_code"));
        Activity activity = Assert.Single(spans.All, static one => one.DisplayName.StartsWith("activity:RunTask", StringComparison.Ordinal) && one.Kind == ActivityKind.Server);
        Assert.Equal(activity.SpanId, span.ParentSpanId);
    }

    [Fact]
    public async Task Rerun_is_in_its_own_callers_trace_and_links_to_that_of_what_it_reruns()
    {
        string id = (await RunAsync(Documents.Script("exit 1"))).GetProperty("id").GetString()!;
        TraceContextTests later = new(app);
        using Spans spans = new(later._trace);
        using HttpRequestMessage request = later.Request($"/api/jobs/{id}/rerun", null);
        using HttpResponseMessage answer = await app.Http.SendAsync(request);
        string again = (await ApiApp.ReadAsync(answer)).GetProperty("id").GetString()!;

        await app.EndAsync(again);

        Activity span = Assert.Single(spans.All, static span => span.DisplayName == "rerun");
        Assert.Equal(_trace, Assert.Single(span.Links).Context.TraceId);
        Assert.Contains(spans.All, static span => span.DisplayName == "attempt:command");
    }

    private async Task<JsonElement> RunAsync(string document)
    {
        using HttpRequestMessage request = Request("/api/jobs?wait=60s", ApiApp.Json(document));
        using HttpResponseMessage answer = await app.Http.SendAsync(request);
        return await ApiApp.ReadAsync(answer);
    }

    private HttpRequestMessage Request(string path, HttpContent? content)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("traceparent", $"00-{_trace}-{_caller}-01");
        request.Headers.Add("tracestate", "vendor=1");
        return request;
    }

    private async Task<string[]> SeenAsync(JsonElement job) => (await TaskAsync(job)).GetProperty("stdout").GetString()!.Trim().Split('|');

    private async Task<JsonElement> TaskAsync(JsonElement job) =>
        (await app.GetAsync($"/api/jobs/{job.GetProperty("id").GetString()}/tasks")).GetProperty("items")[0];

    /// <summary>Takes the spans of one trace.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentQueue<Activity> _all = new();

        public Spans(ActivityTraceId trace)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static source => source.Name is "FuncExec" or "Microsoft.DurableTask",
                Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                    options.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = _all.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> All => [.. _all];

        public void Dispose() => _listener.Dispose();
    }
}
