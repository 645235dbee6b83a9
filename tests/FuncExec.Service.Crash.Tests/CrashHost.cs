using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FuncExec.Service.Crash.Tests;

/// <summary>The service as a process of its own that may end at any write; started again, it goes on without interference.</summary>
internal sealed class CrashHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly int _port = FreePort();
    private readonly Dictionary<string, string> _environment = [];
    private Process? _process;

    public CrashHost(string dataDirectory, string record)
    {
        DataDirectory = dataDirectory;
        Record = record;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = Patience };
    }

    public string DataDirectory { get; }

    /// <summary>Where each write is noted.</summary>
    public string Record { get; }

    public HttpClient Client { get; }

    /// <summary>How often it was started.</summary>
    public int Lives { get; private set; }

    public bool HasEnded => _process is not { HasExited: false };

    public Task StartAsync(int at, string how)
    {
        _environment["CRASH_AT"] = at.ToString(CultureInfo.InvariantCulture);
        _environment["CRASH_HOW"] = how;
        return LiveAsync();
    }

    /// <summary>Starts it again, without interference.</summary>
    public Task StartAgainAsync()
    {
        _environment["CRASH_AT"] = "0";
        return LiveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await EndAsync();
    }

    private async Task LiveAsync()
    {
        await EndAsync();
        Lives++;
        ProcessStartInfo start = new(Executable(), ["--urls", $"http://127.0.0.1:{_port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["FuncExec__DataDirectory"] = DataDirectory;
        start.Environment["CRASH_RECORD"] = Record;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilItAnswersAsync();
    }

    /// <summary>Waits until it answers, or has ended: at a write of its own start, say.</summary>
    private async Task WaitUntilItAnswersAsync()
    {
        string key = Path.Combine(DataDirectory, "key");
        Stopwatch clock = Stopwatch.StartNew();
        while (!HasEnded)
        {
            try
            {
                using HttpResponseMessage answer = await Client.GetAsync("/healthz");
                Client.DefaultRequestHeaders.Remove("x-functions-key");
                Client.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(key)).Trim());
                return;
            }
            catch (HttpRequestException) when (clock.Elapsed < Patience)
            {
                await Task.Delay(20);
            }
        }
    }

    private async Task EndAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    private static string Executable()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        string configuration = output.Parent!.Name;
        return Path.Combine(output.Parent!.Parent!.Parent!.Parent!.FullName, "FuncExec.Service.CrashHost", "bin", configuration, output.Name, "FuncExec.Service.CrashHost");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
