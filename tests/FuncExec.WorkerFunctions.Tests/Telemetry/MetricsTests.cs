using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Telemetry;

/// <summary>The figures of a node as Prometheus reads them.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class MetricsTests(ApiApp app)
{
    /// <summary>Every family with its labels. What is not listed here must not be shown.</summary>
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["funcexec_tasks_running"] = [],
        ["funcexec_slots"] = [],
        ["funcexec_jobs_unfinished"] = [],
        ["funcexec_disk_free_bytes"] = [],
        ["funcexec_task_duration_seconds"] = ["executor", "outcome"],
        ["funcexec_task_attempts_total"] = ["executor", "outcome"],
        ["funcexec_task_retries_total"] = ["executor"],
        ["funcexec_task_claims_lost_total"] = [],
        ["funcexec_node_lives_lost_total"] = [],
        ["funcexec_task_output_bytes_total"] = ["stream"],
        ["funcexec_runtime_activity_duration_seconds"] = ["activity", "outcome"],
        ["funcexec_runtime_queue_length"] = ["activity", "labels", "priority"],
        ["funcexec_runtime_queue_age_seconds"] = ["activity", "labels", "priority"],
        ["funcexec_runtime_hub_queue_length"] = ["activity", "labels", "priority"],
        ["funcexec_runtime_hub_queue_age_seconds"] = ["activity", "labels", "priority"],
        ["funcexec_runtime_activities_running"] = [],
        ["funcexec_runtime_turns_total"] = [],
        ["funcexec_runtime_replays_total"] = ["kind"],
        ["funcexec_runtime_replay_differences_total"] = [],
        ["funcexec_runtime_leases_lost_total"] = ["lease"],
        ["funcexec_runtime_cache_instances"] = ["state"],
        ["funcexec_runtime_cache_hits_total"] = [],
        ["funcexec_runtime_cache_misses_total"] = [],
        ["funcexec_runtime_cache_evictions_total"] = [],
        ["funcexec_runtime_timers"] = [],
        ["funcexec_runtime_commit_duration_seconds"] = ["store"],
        ["funcexec_runtime_commit_group_size"] = ["store"],
        ["funcexec_runtime_store_errors_total"] = ["store"],
    };

    [Fact]
    public async Task Figures_are_for_those_with_the_key_unless_they_are_public()
    {
        using HttpClient anonymous = new() { BaseAddress = app.Address };
        using HttpResponseMessage refused = await anonymous.GetAsync("/metrics");
        using HttpResponseMessage shown = await app.Http.GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", shown.Content.Headers.ContentType!.ToString());

        await WithAsync(async open =>
        {
            using HttpClient scraper = new() { BaseAddress = open.Address };
            using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
            request.Headers.Host = "10.1.2.3:7071"; // As a scraper that knows a pod by its address.
            using HttpResponseMessage answer = await scraper.SendAsync(request);
            using HttpResponseMessage jobs = await scraper.GetAsync("/api/jobs");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, jobs.StatusCode);
        }, "--FuncExec:Metrics:Public", "true");
    }

    [Fact]
    public async Task Figures_can_be_off() => await WithAsync(async off =>
    {
        using HttpResponseMessage answer = await off.Http.GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("FuncExec__Metrics__Enabled", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }, "--FuncExec:Metrics:Enabled", "false");

    [Fact]
    public async Task What_a_job_did_is_counted_and_no_label_is_without_bound()
    {
        const string Retried = """funcexec_task_retries_total{executor="command"}""";
        const string Failed = """funcexec_task_attempts_total{executor="command",outcome="failed"}""";
        const string Slow = """funcexec_task_duration_seconds_count{executor="command",outcome="failed"}""";
        const string Written = """funcexec_task_output_bytes_total{stream="stdout"}""";
        Dictionary<string, double> before = Values(await app.Http.GetStringAsync("/metrics"));

        await app.RunAsync("""{"command":"printf 12345; exit 1","shell":true,"retry":{"maxAttempts":2,"initialInterval":"00:00:00.01"}}""");

        string text = await app.Http.GetStringAsync("/metrics");
        Dictionary<string, double> after = Values(text);
        Assert.True(Grown(Retried) >= 1, text);
        Assert.True(Grown(Failed) >= 2, text);
        Assert.True(Grown(Slow) >= 2, text);
        Assert.True(Grown(Written) >= 10, text);
        Assert.True(after["funcexec_slots"] >= 10);
        Assert.True(after["funcexec_disk_free_bytes"] > 0);
        Assert.True(after["funcexec_jobs_unfinished"] >= 0);
        Assert.True(after["""funcexec_runtime_commit_group_size_count{store="hub"}"""] > 0);
        Assert.True(after["""funcexec_runtime_commit_duration_seconds_count{store="ledger"}"""] > 0);
        CheckForm(text);

        double Grown(string series) => after[series] - before.GetValueOrDefault(series);
    }

    [Fact]
    public async Task What_waits_in_the_hub_is_shown() => await WithAsync(async other =>
    {
        const string Waiting = """{activity="RunTask_v1",labels="executor=command,to-be-seen",priority="7"}""";
        string id = await other.PostAsync("""{"runsOn":["to-be-seen"],"priority":7,"commands":[{"command":"true"},{"command":"true"}]}""");
        using CancellationTokenSource limit = new(ApiApp.Patience);
        Dictionary<string, double> seen = [];
        while (seen.GetValueOrDefault($"funcexec_runtime_hub_queue_length{Waiting}") < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
            seen = Values(await other.Http.GetStringAsync("/metrics", limit.Token));
        }

        Assert.Equal(2, seen[$"funcexec_runtime_hub_queue_length{Waiting}"]);
        Assert.InRange(seen[$"funcexec_runtime_hub_queue_age_seconds{Waiting}"], 0, ApiApp.Patience.TotalSeconds);
        Assert.Equal(HttpStatusCode.Accepted, (await other.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel")).Status);
        await other.EndAsync(id);
    });

    [Fact]
    public void Every_instrument_is_known()
    {
        HashSet<string> published = [];
        using MeterListener listener = new() { InstrumentPublished = (instrument, _) => published.Add(instrument.Name) };
        listener.Start();
        string[] ours = [.. published.Where(static name => name.StartsWith("funcexec.", StringComparison.Ordinal))];

        Assert.Equal(Known.Count, ours.Length);
        Assert.All(ours, static name => Assert.Contains(Known.Keys, known => known.StartsWith(name.Replace('.', '_'), StringComparison.Ordinal)));
    }

    private static void CheckForm(string text)
    {
        string family = "";
        Dictionary<string, string> kinds = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                Assert.True(Known.ContainsKey(family), line);
                continue;
            }

            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                kinds.Add(family, line.Split(' ')[3]);
                continue;
            }

            Match match = Sample().Match(line);
            Assert.True(match.Success, line);
            string name = kinds[family] == "histogram" ? Part().Replace(match.Groups["name"].Value, "") : match.Groups["name"].Value;
            Assert.Equal(family, name);
            Assert.Equal(kinds[family] == "counter", name.EndsWith("_total", StringComparison.Ordinal));
            string[] labels = [.. Label().Matches(match.Groups["labels"].Value).Select(static label => label.Groups[1].Value).Where(static label => label != "le")];
            Assert.Equal(Known[family], labels);
        }
    }

    private static Dictionary<string, double> Values(string text) => text.Split('\n')
        .Where(static line => line.Length > 0 && line[0] != '#')
        .ToDictionary(static line => line[..line.LastIndexOf(' ')], static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static async Task WithAsync(Func<ApiApp, Task> test, params string[] settings)
    {
        ApiApp other = new(new StreamLimits(), settings);
        await other.InitializeAsync();
        try
        {
            await test(other);
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [GeneratedRegex("""\A(?<name>[a-z_]+)(\{(?<labels>[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*)\})? (?<value>[0-9.eE+-]+)\z""")]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Part();

    [GeneratedRegex("([a-z]+)=\"")]
    private static partial Regex Label();
}
