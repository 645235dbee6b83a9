using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Scale;

/// <summary>As much as one machine is asked for.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const long Mebi = 1024 * 1024;

    private static readonly int s_tasks = TestForm.IsLong ? 50_000 : 2_000;
    private static readonly int s_jobs = TestForm.IsLong ? 1_000 : 60;

    [Fact]
    public async Task A_job_of_very_many_tasks_ends_within_bounded_memory_and_is_listed_at_once()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data);
        await service.StartAsync();
        long began = Stopwatch.GetTimestamp();
        object commands = Enumerable.Range(0, s_tasks).Select(static index => new { command = "echo", args = new[] { $"{index}" } });
        string id = (await service.Api.PostJobAsync(new { commands })).GetProperty("id").GetString()!;

        JsonElement job = await service.Api.WaitForEndAsync(id);

        output.WriteLine($"{s_tasks} tasks took {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s.");
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Equal(s_tasks, job.GetProperty("counts").GetProperty("succeeded").GetInt32());
        Assert.Equal(s_tasks, await WalkAsync(service.Api, $"/api/jobs/{id}/tasks?limit=500", index => $"{index}\n"));
        Assert.Equal(0, await WalkAsync(service.Api, $"/api/jobs/{id}/tasks?limit=500&status=failed", static _ => ""));
        Assert.Equal(s_tasks, await WalkAsync(service.Api, $"/api/jobs/{id}/tasks?limit=500&status=succeeded", static index => $"{index}\n"));
        long memory = ProcessTable.PeakMemory(service.ProcessId);
        output.WriteLine($"At most {memory / Mebi} MiB were resident.");
        Assert.True(memory < 500 * Mebi, $"{memory / Mebi} MiB were resident.");
    }

    [Fact]
    public async Task Many_jobs_run_at_once_and_past_the_bound_nothing_is_taken_and_nothing_is_lost()
    {
        using var data = new DataDirectory();
        using var gate = new Gate(data);
        await using var service = new ServiceProcess(data.Data, new Dictionary<string, string>
        {
            ["MAX_CONCURRENT_JOBS"] = $"{s_jobs}",
            ["MAX_CONCURRENT_TASKS"] = $"{s_jobs}",
        });
        await service.StartAsync();
        var ids = new HashSet<string>();
        long began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, s_jobs, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            string id = (await service.Api.PostJobAsync(gate.Job)).GetProperty("id").GetString()!;
            lock (ids)
            {
                Assert.True(ids.Add(id));
            }
        });
        await Patience.UntilAsync("all jobs run at once", () => gate.Living.Count == s_jobs);
        output.WriteLine($"{s_jobs} jobs were running after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, {ProcessTable.PeakMemory(service.ProcessId) / Mebi} MiB resident at most.");

        Answer refused = await PostLateAsync(service.Api, gate.Job);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Message.Headers.RetryAfter);
        Assert.Contains("MAX_CONCURRENT_JOBS", refused.Text, StringComparison.Ordinal);

        gate.Open();
        await Patience.UntilAsync("there is room again", async () =>
        {
            Answer taken = await PostLateAsync(service.Api, gate.Job);
            Assert.True(taken.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.Accepted or HttpStatusCode.OK, taken.Text);
            return taken.Status is not HttpStatusCode.TooManyRequests;
        });
        await Patience.UntilAsync("the last job waits as the others did", () => gate.Living.Count == 1);
        gate.Open();
        foreach (string id in ids)
        {
            Assert.Equal("succeeded", (await service.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        }

        Assert.Equal(s_jobs + 1, (await service.Api.ListAsync("/api/jobs")).Count);
    }

    private static Task<Answer> PostLateAsync(ServiceClient api, object job) =>
        api.SendAsync(HttpMethod.Post, "/api/jobs", () => JsonContent.Create(job), "late");

    /// <summary>Walks a list of tasks page by page; answers how many there were.</summary>
    private async Task<int> WalkAsync(ServiceClient api, string path, Func<int, string> stdout)
    {
        var times = new List<double>();
        int count = 0;
        for (string? after = ""; after is not null;)
        {
            long began = Stopwatch.GetTimestamp();
            Answer answer = await api.GetAsync(after.Length > 0 ? $"{path}&after={Uri.EscapeDataString(after)}" : path);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            JsonElement page = answer.Expect(HttpStatusCode.OK);
            foreach (JsonElement task in page.GetProperty("items").EnumerateArray())
            {
                Assert.Equal(count, task.GetProperty("index").GetInt32());
                Assert.Equal(stdout(count++), task.GetProperty("stdout").GetString());
            }

            after = page.GetProperty("next").GetString();
        }

        times.Sort();
        output.WriteLine($"{path[(path.IndexOf('?', StringComparison.Ordinal) + 1)..]}: {times.Count} pages, median {times[times.Count / 2]:0.0} ms, slowest {times[^1]:0.0} ms.");
        Assert.True(times[times.Count / 2] < 20 * 15, $"A page took {times[times.Count / 2]:0.0} ms.");
        return count;
    }
}
