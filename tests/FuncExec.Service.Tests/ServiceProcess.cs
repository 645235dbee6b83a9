using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace FuncExec.Service.Tests;

/// <summary>The service as a user starts it: a process of its own, over a data directory, on a free loopback port.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly int _port = FreePort();
    private Process? _process;

    public ServiceProcess(string dataDirectory, IReadOnlyDictionary<string, string>? settings = null)
    {
        DataDirectory = dataDirectory;
        _settings = settings ?? new Dictionary<string, string>();
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = Patience };
    }

    public static string Executable { get; } = Path.Combine(
        RepositoryRoot(), "WorkerFunctions", "bin", Configuration(), "net10.0", "WorkerFunctions");

    public string DataDirectory { get; }

    public HttpClient Client { get; }

    public int ProcessId => _process!.Id;

    /// <summary>Starts it, by itself or behind a command such as a tracer, and waits until it answers.</summary>
    public async Task StartAsync(params string[] behind)
    {
        string[] command = [.. behind, Executable, "--urls", $"http://127.0.0.1:{_port}"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["FuncExec__DataDirectory"] = DataDirectory;
        foreach ((string name, string value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilItAnswersAsync();
        string key = (await File.ReadAllTextAsync(Path.Combine(DataDirectory, "key"))).Trim();
        Client.DefaultRequestHeaders.Remove("x-functions-key");
        Client.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>SIGKILL: nothing of it gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Posts a job and answers its id.</summary>
    public async Task<string> PostAsync(object job)
    {
        using HttpResponseMessage answer = await Client.PostAsJsonAsync("/api/jobs", job);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{answer.StatusCode}: {body}");
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Asks for a job until it has ended.</summary>
    public async Task<JsonElement> WaitForEndAsync(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        while (true)
        {
            JsonElement job = await Client.GetFromJsonAsync<JsonElement>($"/api/jobs/{id}", limit.Token);
            if (job.GetProperty("status").GetString() is not ("pending" or "running" or "suspended"))
            {
                return job;
            }

            await Task.Delay(100, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FuncExec.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }

    private static string Configuration() => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private async Task WaitUntilItAnswersAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await Client.GetAsync("/api/jobs/none", limit.Token);
                return;
            }
            catch (HttpRequestException) when (!_process!.HasExited)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }
}
