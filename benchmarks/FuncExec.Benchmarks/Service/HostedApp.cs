using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Service;

/// <summary>An app of the repository, running on the official host or on ours.</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;
    private readonly Task _output;
    private readonly HttpClient _client;

    private HostedApp(Process process, HttpClient client)
    {
        _process = process;
        _client = client;
        _output = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), process.StandardError.BaseStream.CopyToAsync(Stream.Null));
    }

    /// <summary>Where the apps lie that were built with the official packages (<c>--artifacts-path</c>), or null: FUNCEXEC_AZURE_BUILD.</summary>
    public static string? Build { get; } = Environment.GetEnvironmentVariable("FUNCEXEC_AZURE_BUILD");

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="name">The app's project.</param>
    /// <param name="probe">A path that it answers by itself, also with "not found".</param>
    /// <param name="isOfficial">On which host: the one that FUNC names (<c>func</c> by default), or ours.</param>
    /// <param name="directory">An empty directory for its data.</param>
    public static async Task<HostedApp> StartAsync(string name, string probe, bool isOfficial, string directory)
    {
        int port = ServiceUnderTest.FreePort();
        string url = $"http://127.0.0.1:{port}";
        ProcessStartInfo start = isOfficial ? Official(name, port) : Ours(name, url);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["FuncExec__DataDirectory"] = directory;
        HostedApp app = new(Process.Start(start)!, new HttpClient { BaseAddress = new Uri(url), Timeout = s_limit });
        try
        {
            await app.AnswersAsync(probe);
            if (!isOfficial)
            {
                app._client.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(Path.Combine(directory, "key"))).Trim());
            }

            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends JSON that starts something; answers where that is.</summary>
    public async Task<Uri> StartAsync(string path, string json)
    {
        using StringContent body = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.PostAsync(path, body);
        return answer.EnsureSuccessStatusCode().Headers.Location ?? throw new InvalidOperationException($"{path} does not say where what it started is.");
    }

    /// <summary>Asks for something that is there.</summary>
    public async Task<JsonElement> GetAsync(Uri address)
    {
        using HttpResponseMessage answer = await _client.GetAsync(address);
        return JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _output;
        _process.Dispose();
    }

    private static ProcessStartInfo Official(string name, int port)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("FUNC") is { Length: > 0 } func ? func : "func", ["start", "--port", $"{port}", "--no-build"])
        {
            WorkingDirectory = Path.Combine(Build!, "bin", name, "release"),
        };
        string unused = $"b{Guid.NewGuid():N}"[..12];
        start.Environment["AzureFunctionsJobHost__extensions__durableTask__hubName"] = unused;
        start.Environment["FuncExec__Ledger__Name"] = unused;
        return start;
    }

    private static ProcessStartInfo Ours(string name, string url)
    {
        string project = Directory.Exists(Path.Combine(Repository.Root, name)) ? name : Path.Combine("benchmarks", name);
        return new ProcessStartInfo("dotnet", [Path.Combine(Repository.OutputOf(project), $"{name}.dll"), "--urls", url]);
    }

    private async Task AnswersAsync(string probe)
    {
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await _client.GetAsync(probe);
                if (answer.StatusCode < System.Net.HttpStatusCode.InternalServerError)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(begin) < s_limit)
            {
                // It does not listen yet.
            }

            await Task.Delay(s_pause);
        }
    }
}
