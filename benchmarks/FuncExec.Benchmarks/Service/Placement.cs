using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FuncExec.Tests.Shared;

namespace FuncExec.Benchmarks.Service;

/// <summary>
/// One job of commands that take a tenth of a second, four at a time, over two nodes of which one has three times the slots: how many ran
/// on each. It is posted to the larger one, which runs its orchestration.
/// </summary>
internal sealed class Placement : Workload
{
    private const int Count = 80;
    private const string Large = "large";
    private const string Small = "small";

    public override string Name => "placement";

    public override string Description => "80 commands of 0.1 s, 4 at a time, over nodes of 6 and 2 slots: how many ran where";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("leastLoaded, 6 slots", "commands", Bound.AtLeast, 0), new("leastLoaded, 2 slots", "commands", Bound.AtLeast, 0),
        new("roundRobin, 6 slots", "commands", Bound.AtLeast, 0), new("roundRobin, 2 slots", "commands", Bound.AtLeast, 0),
        new("affinity to the job, 6 slots", "commands", Bound.AtLeast, 0), new("affinity to the job, 2 slots", "commands", Bound.AtLeast, 0),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory) =>
    [
        .. await CountAsync(directory, "leastLoaded", "none"),
        .. await CountAsync(directory, "roundRobin", "none"),
        .. await CountAsync(directory, "roundRobin", "job"),
    ];

    private static async Task<double[]> CountAsync(string directory, string rule, string affinity)
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        string place = Path.Combine(directory, $"{rule}-{affinity}");
        await using ServiceUnderTest large = await StartAsync(place, Large, "6", rule, server);
        await using ServiceUnderTest small = await StartAsync(place, Small, "2", rule, server);
        await large.SucceedAsync(JobOf(affinity)); // So that nothing happens for the first time.
        string[] nodes = await NodesAsync(large, JobOf(affinity));
        return [nodes.Count(Large.Equals), nodes.Count(Small.Equals)];
    }

    private static Task<ServiceUnderTest> StartAsync(string place, string name, string slots, string rule, PostgresServer server) => ServiceUnderTest.StartAsync(
        Path.Combine(place, name),
        ("WORKER_ID", name),
        ("MAX_CONCURRENT_TASKS", slots),
        ("FuncExec__Placement", rule),
        ("AzureFunctionsJobHost__extensions__durableTask__storageProvider__type", "postgresql"),
        ("ConnectionStrings__PostgreSQL", server.ConnectionString()));

    private static string JobOf(string affinity) =>
        $"{{\"affinity\":\"{affinity}\",\"maxParallelism\":4,\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"sleep\",\"args\":[\"0.1\"]}", Count))}]}}";

    /// <summary>The node of each task of a job that has succeeded.</summary>
    private static async Task<string[]> NodesAsync(ServiceUnderTest service, string job)
    {
        using StringContent body = new(job, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer = await service.Client.PostAsync("/api/jobs?wait=60s", body);
        using JsonDocument ended = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        string id = ended.RootElement.GetProperty("id").GetString()!;
        using JsonDocument tasks = JsonDocument.Parse(await service.Client.GetStringAsync($"/api/jobs/{id}/tasks?status=succeeded&limit=500"));
        string[] nodes = [.. tasks.RootElement.GetProperty("items").EnumerateArray().Select(static task => task.GetProperty("node").GetString()!)];
        return nodes.Length == Count ? nodes : throw new InvalidOperationException($"{nodes.Length} of {Count} tasks have succeeded.");
    }
}
