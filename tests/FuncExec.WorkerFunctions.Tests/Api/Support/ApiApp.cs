using System.Net;
using System.Text;
using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Tests.Api.Support;

/// <summary>The whole app in this process: a real server on a free port of loopback, a real hub, a real ledger.</summary>
public sealed class ApiApp : IAsyncLifetime
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string[] _settings;
    private readonly StreamLimits _limits;
    private IHost? _host;

    public ApiApp()
        : this(new StreamLimits())
    {
    }

    internal ApiApp(StreamLimits limits, params string[] settings)
    {
        _limits = limits;
        _settings = settings;
    }

    /// <summary>Adds to the app before it is built.</summary>
    internal Action<IServiceCollection> Add { get; init; } = static _ => { };

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("funcexec-api-").FullName;

    public Uri Address { get; private set; } = new("http://localhost");

    public HttpClient Http { get; private set; } = new();

    public string Key { get; private set; } = "";

    internal ExecutorRegistry Executors => _host!.Services.GetRequiredService<ExecutorRegistry>();

    internal IJobLedger Ledger => _host!.Services.GetRequiredService<IJobLedger>();

    internal IBlobStore Blobs => _host!.Services.GetRequiredService<IBlobStore>();

    public async Task InitializeAsync()
    {
        FunctionsApplicationBuilder builder = FuncExecApp.CreateBuilder(
            ["--urls", "http://127.0.0.1:0", "--FuncExec:DataDirectory", Path.Combine(Directory, "data"), .. _settings]);
        builder.Services.Replace(ServiceDescriptor.Singleton(_limits));
        builder.Logging.ClearProviders();
        Add(builder.Services);
        _host = builder.Build();
        await _host.StartAsync();
        Address = new Uri(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Key = (await File.ReadAllTextAsync(Path.Combine(Directory, "data", "key"))).Trim();
        Http = NewClient();
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_host is not null)
        {
            await _host.StopAsync();
            await ((IAsyncDisposable)_host).DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>A client of its own, with connections of its own.</summary>
    public HttpClient NewClient()
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Address,
            Timeout = Patience,
        };
        client.DefaultRequestHeaders.Add("x-functions-key", Key);
        return client;
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>Posts a job and waits for its end.</summary>
    public async Task<JsonElement> RunAsync(string job)
    {
        using HttpResponseMessage answer = await Http.PostAsync("/api/jobs?wait=60s", Json(job));
        JsonElement body = await ReadAsync(answer);
        return answer.StatusCode == HttpStatusCode.OK
            ? body
            : answer.StatusCode == HttpStatusCode.Accepted
                ? await EndAsync(body.GetProperty("id").GetString()!)
                : throw new InvalidOperationException($"{answer.StatusCode}: {body}");
    }

    /// <summary>Posts a job and answers its id.</summary>
    public async Task<string> PostAsync(string job)
    {
        using HttpResponseMessage answer = await Http.PostAsync("/api/jobs", Json(job));
        JsonElement body = await ReadAsync(answer);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{answer.StatusCode}: {body}");
        return body.GetProperty("id").GetString()!;
    }

    /// <summary>Reads a job's events to their end and answers the job.</summary>
    public async Task<JsonElement> EndAsync(string id)
    {
        using CancellationTokenSource limit = new(Patience);
        using EventClient events = await EventClient.OpenAsync(Http, id, null, limit.Token);
        while (await events.ReadAsync(limit.Token) is not null)
        {
        }

        return await GetAsync($"/api/jobs/{id}");
    }

    /// <summary>Waits until a job has got so far that a task stands so.</summary>
    public async Task WaitForTaskAsync(string id, string task, string status)
    {
        using CancellationTokenSource limit = new(Patience);
        using EventClient events = await EventClient.OpenAsync(Http, id, null, limit.Token);
        while (await events.ReadAsync(limit.Token) is { } one)
        {
            if (one.Kind == "task" && one.Data.GetProperty("id").GetString() == task && one.Data.GetProperty("status").GetString() == status)
            {
                return;
            }
        }

        Assert.Fail($"The job ended before task {task} was {status}.");
    }

    /// <summary>Waits until this node is shown in a state and has told of itself; answers it.</summary>
    public async Task<JsonElement> NodeIsAsync(string state)
    {
        using CancellationTokenSource limit = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            JsonElement node = (await GetAsync("/api/nodes")).GetProperty("items")[0];
            if (node.GetProperty("state").GetString() == state && node.GetProperty("role").GetString() != "")
            {
                return node;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Ends when the app has ended by itself.</summary>
    public Task WhenStoppingAsync()
    {
        TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _host!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        return stopping.Task.WaitAsync(Patience);
    }

    internal T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(path);
        JsonElement body = await ReadAsync(answer);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}: {body}");
        return body;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        using HttpResponseMessage answer = await Http.SendAsync(request);
        return (answer.StatusCode, await ReadAsync(answer));
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}

[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiApp>
{
    public const string Name = "api";
}
