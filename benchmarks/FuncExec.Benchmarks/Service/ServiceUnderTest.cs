using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Service;

/// <summary>The service as a user starts it: a process of its own over a data directory, spoken to over HTTP.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServiceUnderTest(Process process, HttpClient client, int port)
    {
        _process = process;
        Client = client;
        Port = port;
    }

    /// <summary>Speaks to it, with the key.</summary>
    public HttpClient Client { get; }

    public int Port { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<ServiceUnderTest> StartAsync(string directory, params (string Name, string Value)[] settings)
    {
        int port = FreePort();
        Process process = Launch(directory, port, settings);
        HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
        Stopwatch clock = Stopwatch.StartNew();
        while (!await IsReadyAsync(client))
        {
            if (process.HasExited || clock.Elapsed > s_limit)
            {
                throw new InvalidOperationException($"The service does not answer on port {port}.");
            }

            await Task.Delay(5);
        }

        client.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(Path.Combine(directory, "key"))).Trim());
        return new ServiceUnderTest(process, client, port);
    }

    /// <summary>Starts its process.</summary>
    public static Process Launch(string directory, int port, params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new(Path.Combine(Repository.OutputOf("WorkerFunctions"), "WorkerFunctions"), ["--urls", $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["FuncExec__DataDirectory"] = directory;
        start.Environment["LOG_LEVEL"] = "warning";
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether it says that it can take jobs.</summary>
    public static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Posts a job, waits for its end and answers its status.</summary>
    public async Task<string> RunAsync(string job)
    {
        using StringContent body = new(job, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage answer = await Client.PostAsync("/api/jobs?wait=60s", body);
        using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return answer.IsSuccessStatusCode && document.RootElement.GetProperty("status").GetString() is { } status
            ? status
            : throw new InvalidOperationException($"{answer.StatusCode}: {document.RootElement}");
    }

    /// <summary>The same, and it must have succeeded.</summary>
    public async Task SucceedAsync(string job)
    {
        string status = await RunAsync(job);
        if (status != "succeeded")
        {
            throw new InvalidOperationException($"The job is {status}.");
        }
    }

    /// <summary>The processor time that it has used, its commands' not counted.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>What it holds in memory, in MiB.</summary>
    public double ResidentMiB()
    {
        _process.Refresh();
        return _process.WorkingSet64 / 1024.0 / 1024.0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
