using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace FuncExec.Container.Tests;

/// <summary>A container of the service with a read-only root, as Kubernetes runs it, on this machine's network and a directory of its own.</summary>
internal sealed class ServiceContainer : IAsyncDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly Engine _engine;
    private readonly HttpClient _http;

    private ServiceContainer(Engine engine, string name, int port)
    {
        _engine = engine;
        Name = name;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Limit };
    }

    internal string Name { get; }

    /// <summary>Starts one, and waits until it answers.</summary>
    /// <param name="engine">Where.</param>
    /// <param name="image">Of what.</param>
    /// <param name="data">The volume.</param>
    /// <param name="settings">Variables of its environment, as <c>name=value</c>.</param>
    internal static async Task<ServiceContainer> StartAsync(Engine engine, string image, Volume data, params string[] settings)
    {
        int port = FreePort();
        string name = "funcexec-" + Guid.NewGuid().ToString("N");
        await engine.RunAsync(
        [
            "run", "--detach", "--name", name, "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
            "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp:rw,size=64m,mode=1777",
            "--volume", data.Path + ":/data", "--env", $"ASPNETCORE_URLS=http://127.0.0.1:{port}", "--env", "FuncExec__StopTimeout=00:01:00",
            .. settings.SelectMany(static setting => (string[])["--env", setting]), image,
        ]);
        var container = new ServiceContainer(engine, name, port);
        await container.UntilAsync("the service answers", container.IsThereAsync);
        container._http.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(Path.Combine(data.Path, "key"))).Trim());
        return container;
    }

    /// <summary>Posts a job and answers its id.</summary>
    internal async Task<string> PostAsync(object job)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync("/api/jobs", job);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    /// <summary>Waits until a job has ended; answers its first task.</summary>
    internal async Task<JsonElement> EndAsync(string job)
    {
        await UntilAsync($"job {job} ends", async () =>
            JsonElement.Parse(await _http.GetStringAsync($"/api/jobs/{job}")).GetProperty("finishedAt").ValueKind != JsonValueKind.Null);
        return JsonElement.Parse(await _http.GetStringAsync($"/api/jobs/{job}/tasks")).GetProperty("items")[0];
    }

    /// <summary>Sends a signal.</summary>
    internal Task SignalAsync(string signal) => _engine.RunAsync("kill", "--signal", signal, Name);

    /// <summary>Waits for its end; answers its exit code.</summary>
    internal async Task<int> ExitAsync() => int.Parse(await _engine.RunAsync("wait", Name), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Runs a program inside.</summary>
    internal Task<(int Code, string Output, string Error)> ExecAsync(params string[] arguments) => _engine.TryAsync(["exec", Name, .. arguments]);

    /// <summary>Waits until something holds.</summary>
    internal async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await holds())
        {
            if (limit.IsCancellationRequested)
            {
                (_, string output, string error) = await _engine.TryAsync("logs", Name);
                Assert.Fail($"It did not come about that {what}:\n{output}{error}");
            }

            await Task.Delay(s_look);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _engine.RunAsync("rm", "--force", "--time", "0", Name);
    }

    private async Task<bool> IsThereAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
