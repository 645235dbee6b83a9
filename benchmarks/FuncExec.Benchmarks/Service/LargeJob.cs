using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace FuncExec.Benchmarks.Service;

/// <summary>One job of 50,000 tasks: what the service takes for it, and how quickly its tasks are listed.</summary>
internal sealed class LargeJob : Workload
{
    private const int Count = 50_000;
    private const int Pages = 100;

    /// <summary>Of a job that is listed before, so that neither side still compiles what it does.</summary>
    private const int CountBefore = 1_000;

    public override string Name => "large-job";

    public override string Description => "one job of 50,000 × /bin/true";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("resident memory at most", "MiB", Bound.AtMost, 500),
        new("slowest page of 100 tasks while it runs, two a second", "ms", Bound.AtMost, 20),
        new("slowest of 100 pages of 100 tasks afterwards", "ms", Bound.AtMost, 20),
        new("", "commands/s", Bound.AtLeast, 0),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using ServiceUnderTest service = await ServiceUnderTest.StartAsync(directory, ("MAX_CONCURRENT_TASKS", "8"));
        await WarmUpAsync(service);
        long start = Stopwatch.GetTimestamp();
        string id = await PostAsync(service, Count);
        double most = 0, slowest = 0, slowestAfter = 0;
        JsonElement state;
        do
        {
            await Task.Delay(500);
            most = Math.Max(most, service.ResidentMiB());
            using HttpResponseMessage shown = await service.Client.GetAsync($"/api/jobs/{id}");
            state = await ReadAsync(shown);
            slowest = Math.Max(slowest, (await PageAsync(service, id, null)).Milliseconds);
        }
        while (state.GetProperty("finishedAt").ValueKind is JsonValueKind.Null);

        double rate = Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        string? after = null;
        for (int page = 0; page < Pages; page++)
        {
            (double milliseconds, after) = await PageAsync(service, id, after);
            slowestAfter = Math.Max(slowestAfter, milliseconds);
        }

        return [most, slowest, slowestAfter, rate];
    }

    private static async Task WarmUpAsync(ServiceUnderTest service)
    {
        string id = await PostAsync(service, CountBefore);
        string? after = null;
        JsonElement state;
        do
        {
            (_, after) = await PageAsync(service, id, after);
            using HttpResponseMessage shown = await service.Client.GetAsync($"/api/jobs/{id}");
            state = await ReadAsync(shown);
        }
        while (state.GetProperty("finishedAt").ValueKind is JsonValueKind.Null);
    }

    private static async Task<string> PostAsync(ServiceUnderTest service, int count)
    {
        string job = $"{{\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/true\"}", count))}]}}";
        using StringContent body = new(job, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer = await service.Client.PostAsync("/api/jobs", body);
        return (await ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    private static async Task<(double Milliseconds, string? Next)> PageAsync(ServiceUnderTest service, string id, string? after)
    {
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await service.Client.GetAsync($"/api/jobs/{id}/tasks?limit=100{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
        JsonElement page = await ReadAsync(answer);
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, page.GetProperty("next").GetString());
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{answer.StatusCode}: {text}");
    }
}
