using System.Diagnostics;
using System.Net;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Trees;

/// <summary>However a command comes to its end, nothing of its tree stays, and nothing of another's goes with it.</summary>
public sealed class TreeTests : IAsyncLifetime
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    /// <summary>Two seconds past the grace are promised; a machine with much else to do is given some more.</summary>
    private static readonly TimeSpan s_generous = s_grace + TimeSpan.FromSeconds(2 * 15);

    private readonly ITestOutputHelper _output;
    private readonly DataDirectory _data = new();
    private readonly ServiceProcess _service;
    private readonly ProcessTree _tree;
    private readonly ProcessTree _other;
    private string _otherId = "";

    public TreeTests(ITestOutputHelper output)
    {
        _output = output;
        _service = new ServiceProcess(_data.Data, new Dictionary<string, string>
        {
            ["FuncExec__KillGrace"] = s_grace.ToString(),
            ["FuncExec__Engine__DrainTimeout"] = "00:00:00.5",
        });
        _tree = new ProcessTree(_data);
        _other = new ProcessTree(_data);
    }

    public async Task InitializeAsync()
    {
        await _service.StartAsync();
        _otherId = (await _service.Api.PostJobAsync(new { steps = new[] { new { name = "other", payload = _other.Payload() } } })).GetProperty("id").GetString()!;
        await _other.WaitUntilGrownAsync();
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _tree.Dispose();
        _other.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Of_a_cancelled_job_nothing_stays()
    {
        string id = await GrowAsync(new { steps = new[] { new { name = "tree", payload = _tree.Payload() } } });
        await EndsAsync("cancel", id, "cancelled", () => ExpectAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel", HttpStatusCode.Accepted));
    }

    [Fact]
    public async Task Of_a_job_that_was_suspended_and_then_cancelled_nothing_stays()
    {
        string id = await GrowAsync(new { steps = new[] { new { name = "tree", payload = _tree.Payload() } } });
        HashSet<int> before = [.. _tree.Living.Select(static one => one.Id)];
        await ExpectAsync(HttpMethod.Post, $"/api/jobs/{id}/suspend", HttpStatusCode.Accepted);
        Assert.Equal(HttpStatusCode.Conflict, (await _service.Api.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}")).Status);
        Assert.Superset(before, _tree.Living.Select(static one => one.Id).ToHashSet());
        await EndsAsync("suspend and cancel", id, "cancelled", () => ExpectAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel", HttpStatusCode.Accepted));
        await ExpectAsync(HttpMethod.Delete, $"/api/jobs/{id}", HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Of_a_task_whose_time_is_over_nothing_stays()
    {
        // The time runs from the start of the process: it is long enough for the tree to grow.
        string id = await GrowAsync(new { steps = new[] { new { name = "tree", timeout = "4s", payload = _tree.Payload() } } });
        await EndsAsync("task timeout, from its start", id, "timedOut", static () => Task.CompletedTask, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Of_a_job_whose_time_is_over_nothing_stays()
    {
        string id = await GrowAsync(new { timeout = "4s", steps = new[] { new { name = "tree", payload = _tree.Payload() } } });
        await EndsAsync("job timeout, from its start", id, "timedOut", static () => Task.CompletedTask, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Of_a_job_whose_orchestration_was_terminated_nothing_stays_and_a_purge_deletes_it()
    {
        JsonElement posted = await _service.Api.PostJobAsync(new { steps = new[] { new { name = "tree", payload = _tree.Payload() } } });
        await _tree.WaitUntilGrownAsync();
        string id = posted.GetProperty("id").GetString()!;
        string purge = posted.GetProperty("purgeHistoryDeleteUri").GetString()!;
        Assert.NotEqual(HttpStatusCode.OK, (await _service.Api.SendAsync(HttpMethod.Delete, purge)).Status);

        string terminate = posted.GetProperty("terminatePostUri").GetString()!.Replace("{text}", "enough", StringComparison.Ordinal);
        await EndsAsync("terminate", id, "cancelled", () => ExpectAsync(HttpMethod.Post, terminate, HttpStatusCode.Accepted));

        Assert.Contains("enough", (await _service.Api.ReadAsync($"/api/jobs/{id}")).GetProperty("error").GetString(), StringComparison.Ordinal);
        await ExpectAsync(HttpMethod.Delete, purge, HttpStatusCode.OK);
        await Patience.UntilAsync("the purged job is gone", async () => (await _service.Api.GetAsync($"/api/jobs/{id}")).Status is HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Of_a_command_that_succeeded_nothing_stays()
    {
        string id = await GrowAsync(new { steps = new[] { new { name = "tree", payload = _tree.Payload(maySucceed: true) } } });
        await EndsAsync("success", id, "succeeded", () => File.WriteAllTextAsync(_tree.Success, ""));
    }

    /// <summary>What has left session, parents and environment bears no name; it goes when all are gone that may have started it.</summary>
    [Fact]
    public async Task Of_a_command_that_ran_alone_nothing_stays_though_it_left_its_environment_too()
    {
        await ExpectAsync(HttpMethod.Post, $"/api/jobs/{_otherId}/cancel", HttpStatusCode.Accepted);
        await _other.WaitUntilGoneAsync();
        string id = await GrowAsync(new { steps = new[] { new { name = "tree", payload = _tree.Payload(leavesEnvironment: true) } } });
        await EndsAsync("cancel, without environment", id, "cancelled", () => ExpectAsync(HttpMethod.Post, $"/api/jobs/{id}/cancel", HttpStatusCode.Accepted));
    }

    [Fact]
    public async Task Of_a_service_that_is_told_to_stop_nothing_stays_and_its_jobs_go_on_at_the_next_start()
    {
        string id = await GrowAsync(new { steps = new[] { new { name = "tree", payload = _tree.Payload(maySucceed: true) } } });
        long began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await _service.StopAsync());
        Assert.Empty(_tree.Living);
        Assert.Empty(_other.Living);
        Report("stop of the service", began, TimeSpan.Zero);

        await File.WriteAllTextAsync(_tree.Success, "");
        await _service.StartAsync();
        Assert.Equal("succeeded", (await _service.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        Assert.Equal(1, (await _service.Api.ReadAsync($"/api/jobs/{id}/tasks/tree/0")).GetProperty("attempt").GetInt32());
    }

    private async Task<string> GrowAsync(object job)
    {
        string id = (await _service.Api.PostJobAsync(job)).GetProperty("id").GetString()!;
        await Task.WhenAny(_tree.WaitUntilGrownAsync(), _service.Api.WaitForEndAsync(id));
        return id;
    }

    private async Task ExpectAsync(HttpMethod method, string path, HttpStatusCode status)
    {
        Answer answer = await _service.Api.SendAsync(method, path);
        Assert.True(answer.Status == status, $"{method} {path}: {(int)answer.Status} {answer.Text}");
    }

    private async Task EndsAsync(string how, string id, string status, Func<Task> end, TimeSpan beforeThat = default)
    {
        HashSet<int> others = [.. _other.Living.Select(static one => one.Id)];
        long began = Stopwatch.GetTimestamp();
        await end();
        await _tree.WaitUntilGoneAsync();
        Report(how, began, beforeThat);
        Assert.Equal(status, (await _service.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        Assert.Empty(_tree.Living);
        Assert.Superset(others, _other.Living.Select(static one => one.Id).ToHashSet());
    }

    private void Report(string how, long began, TimeSpan beforeThat)
    {
        TimeSpan taken = Stopwatch.GetElapsedTime(began);
        _output.WriteLine($"{how}: the tree was gone after {taken.TotalSeconds:0.00} s with a grace of {s_grace.TotalSeconds:0} s.");
        Assert.True(taken < s_generous + beforeThat, $"{how} took {taken}.");
    }
}
