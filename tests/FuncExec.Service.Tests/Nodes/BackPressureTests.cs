using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Nodes;

/// <summary>The bound of unfinished jobs is the hub's: however many nodes take jobs, and at once.</summary>
public sealed class BackPressureTests : NodesTests
{
    private const int Most = 20;

    [Fact]
    public async Task Two_nodes_together_take_as_many_as_the_hub_may_have_and_the_least_urgent_are_turned_away_first()
    {
        (string, string)[] settings = [("FuncExec__Role", "api"), ("MAX_CONCURRENT_JOBS", $"{Most}")];
        ServiceProcess[] nodes = [await StartAsync("left", settings), await StartAsync("right", settings)];

        // A quarter of the places is kept free of the least urgent.
        List<string> accepted = await PostAsync(nodes, 2 * Most, priority: 0, expected: Most * 3 / 4, "low priority");
        accepted.AddRange(await PostAsync(nodes, 2 * Most, priority: 5, expected: Most / 4, "no more are taken"));
        await PostAsync(nodes, 4, priority: 9, expected: 0, "no more are taken");

        // What was taken is not given up for what is more urgent, and there is nothing of what was turned away.
        List<JsonElement> jobs = await nodes[1].Api.ListAsync("/api/jobs");
        Assert.Equal(accepted.Order(StringComparer.Ordinal), jobs.Select(static job => job.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(jobs, static job => Assert.Contains(job.GetProperty("status").GetString(), (string[])["pending", "running"]));

        await StartAsync("worker", ("FuncExec__Role", "worker"));
        foreach (string id in accepted)
        {
            Assert.Equal("succeeded", (await nodes[0].Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        }

        await PostAsync(nodes, 1, priority: 0, expected: 1, "");
    }

    /// <summary>Posts to both nodes at once; answers which were accepted. All others were told to come back.</summary>
    private static async Task<List<string>> PostAsync(ServiceProcess[] nodes, int count, int priority, int expected, string why)
    {
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, count).Select(at => nodes[at % nodes.Length].Api.SendAsync(
            HttpMethod.Post, "/api/jobs", () => JsonContent.Create(new { command = "true", priority }))));
        foreach (Answer refused in answers.Where(static answer => answer.Status is not HttpStatusCode.Accepted))
        {
            Assert.True(refused.Status is HttpStatusCode.TooManyRequests && refused.Message.Headers.RetryAfter is not null, $"{refused.Status} {refused.Text}");
            Assert.Contains(why, refused.Text, StringComparison.Ordinal);
        }

        List<string> accepted = [.. answers.Where(static answer => answer.Status is HttpStatusCode.Accepted).Select(static answer => answer.Json.GetProperty("id").GetString()!)];
        Assert.Equal(expected, accepted.Count);
        return accepted;
    }
}
