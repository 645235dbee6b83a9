using System.Text.Json;

namespace FuncExec.Container.Tests;

/// <summary>An <c>api</c> and two <c>worker</c> over one PostgreSQL, with the settings of <c>compose.yaml</c> and <c>k8s-keda/</c>.</summary>
public sealed class NodesTests(ImagesFixture images) : IClassFixture<ImagesFixture>, IAsyncLifetime
{
    private const string First = "worker-1";
    private const string Second = "worker-2";

    private readonly Volume _apiData = new();
    private readonly Volume _firstData = new();
    private readonly Volume _secondData = new();
    private PostgresServer? _server;
    private ServiceContainer? _api;
    private string[] _settings = [];

    private ServiceContainer Api => _api!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _settings =
        [
            "AzureFunctionsJobHost__extensions__durableTask__hubName=main",
            "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type=postgresql",
            "AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName=PostgreSQL",
            "ConnectionStrings__PostgreSQL=" + await _server.CreateDatabaseAsync(),
            "FUNCEXEC_KEY=" + string.Concat(Enumerable.Repeat(Guid.NewGuid().ToString("N"), 2)),
        ];
        _firstData.MakeGate("gate");
        _secondData.MakeGate("gate");
        _api = await ServiceContainer.StartAsync(images.Engine, ImagesFixture.Service, _apiData, [.. _settings, "FuncExec__Role=api", "WORKER_ID=api"]);
    }

    public async Task DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _apiData.Dispose();
        _firstData.Dispose();
        _secondData.Dispose();
    }

    [Fact]
    public async Task Jobs_taken_by_the_api_run_on_the_workers()
    {
        string[] jobs = [await Api.PostAsync(Waiting()), await Api.PostAsync(Waiting())];
        await using ServiceContainer first = await StartWorkerAsync(First, _firstData);
        await using ServiceContainer second = await StartWorkerAsync(Second, _secondData);
        await first.UntilAsync("each worker runs a command", () => Task.FromResult(HasBegun(_firstData) && HasBegun(_secondData)));
        await _firstData.OpenGateAsync("gate");
        await _secondData.OpenGateAsync("gate");

        JsonElement[] tasks = [await Api.EndAsync(jobs[0]), await Api.EndAsync(jobs[1])];
        Assert.All(tasks, static task => Assert.Equal("succeeded", task.GetProperty("status").GetString()));
        Assert.Equal([First, Second], tasks.Select(NodeOf).Order(StringComparer.Ordinal));
        Assert.False(HasBegun(_apiData));
    }

    [Fact]
    public async Task A_worker_told_to_end_lets_its_command_end_and_takes_no_other()
    {
        await using ServiceContainer first = await StartWorkerAsync(First, _firstData);
        string held = await Api.PostAsync(Waiting());
        await first.UntilAsync("the worker runs the command", () => Task.FromResult(HasBegun(_firstData)));
        await first.SignalAsync("TERM");

        await using ServiceContainer second = await StartWorkerAsync(Second, _secondData);
        JsonElement other = await Api.EndAsync(await Api.PostAsync(new { command = "true" }));
        Assert.Equal(("succeeded", Second), (other.GetProperty("status").GetString(), NodeOf(other)));

        await _firstData.OpenGateAsync("gate");
        Assert.Equal(0, await first.ExitAsync());
        JsonElement task = await Api.EndAsync(held);
        Assert.Equal(("succeeded", 1, First), (task.GetProperty("status").GetString(), task.GetProperty("attempt").GetInt32(), NodeOf(task)));
        Assert.Equal("begun\nended\n", await File.ReadAllTextAsync(_firstData.File("marks")));
        Assert.False(HasBegun(_secondData));
    }

    [Fact]
    public async Task What_a_killed_worker_ran_is_taken_over_by_the_other()
    {
        await using ServiceContainer first = await StartWorkerAsync(First, _firstData);
        string job = await Api.PostAsync(Waiting());
        await first.UntilAsync("the worker runs the command", () => Task.FromResult(HasBegun(_firstData)));
        await using ServiceContainer second = await StartWorkerAsync(Second, _secondData);
        await first.SignalAsync("KILL");
        Assert.Equal(137, await first.ExitAsync());

        await second.UntilAsync("the other worker runs the command", () => Task.FromResult(HasBegun(_secondData)));
        await _secondData.OpenGateAsync("gate");
        JsonElement task = await Api.EndAsync(job);
        Assert.Equal(("succeeded", Second), (task.GetProperty("status").GetString(), NodeOf(task)));
        Assert.Equal("begun\n", await File.ReadAllTextAsync(_firstData.File("marks")));
        Assert.Equal("begun\nended\n", await File.ReadAllTextAsync(_secondData.File("marks")));
    }

    // With one slot, so that a worker whose command waits has no room for another.
    private Task<ServiceContainer> StartWorkerAsync(string name, Volume data) => ServiceContainer.StartAsync(
        images.Engine, ImagesFixture.Worker, data, [.. _settings, "WORKER_ID=" + name, "MAX_CONCURRENT_TASKS=1"]);

    // It says in the volume of its worker that it runs, and waits there.
    private static object Waiting() => new { command = "sh", args = new[] { "-c", "echo begun >>/data/marks; cat /data/gate; echo ended >>/data/marks" } };

    private static bool HasBegun(Volume data) => File.Exists(data.File("marks"));

    private static string? NodeOf(JsonElement task) => task.GetProperty("node").GetString();
}
