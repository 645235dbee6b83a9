using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FuncExec.Service.Tests.Running;

/// <summary>The service as a user starts it: a process of its own, over a data directory, on a free loopback port.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const int KeptLines = 200;

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _executable;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly int _port = FreePort();
    private Process? _process;

    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="settings">Its settings, as environment variables.</param>
    /// <param name="executable">The program, where it is not <see cref="Executable"/>.</param>
    public ServiceProcess(string dataDirectory, IReadOnlyDictionary<string, string>? settings = null, string? executable = null)
    {
        _executable = executable ?? Executable;
        DataDirectory = dataDirectory;
        _settings = settings ?? new Dictionary<string, string>();
        Api = new ServiceClient(new Uri($"http://127.0.0.1:{_port}"));
    }

    /// <summary>
    /// The program, built by the same configuration as the tests; or what FUNCEXEC_SERVICE names, which takes the same arguments and
    /// settings and brings the app up on another host.
    /// </summary>
    public static string Executable { get; } = Environment.GetEnvironmentVariable("FUNCEXEC_SERVICE") is { Length: > 0 } other
        ? other
        : Path.Combine(RepositoryRoot(), "WorkerFunctions", "bin", Configuration(), "net10.0", "WorkerFunctions");

    /// <summary>Whether the app runs on another host than ours.</summary>
    public static bool IsOtherHost { get; } = Environment.GetEnvironmentVariable("FUNCEXEC_SERVICE") is { Length: > 0 };

    public string DataDirectory { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => new(IPAddress.Loopback, _port);

    /// <summary>Speaks to it, over its kills and starts.</summary>
    public ServiceClient Api { get; }

    public int ProcessId => _process!.Id;

    /// <summary>The process that runs the app: the service, or the other host's worker.</summary>
    public LivingProcess? Worker => IsOtherHost ? ProcessTable.Children(ProcessId).MaxBy(static child => child.Start) : ProcessTable.Read(ProcessId);

    /// <summary>Whether it has been started, and nobody has seen its end.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Whether it has come to its end by itself.</summary>
    public bool HasExited => _process!.HasExited;

    /// <summary>The data directory as the service sees it, in a mount namespace of its own or not.</summary>
    public string SeenDirectory => $"/proc/{ProcessId}/root{DataDirectory}";

    /// <summary>The last of what it has written.</summary>
    public string Log => string.Join('\n', _lines);

    /// <summary>Starts it, by itself or behind a command such as a tracer, and does not wait.</summary>
    public void Launch(params string[] behind)
    {
        string[] command = [.. behind, _executable, "--urls", $"http://127.0.0.1:{_port}"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["FuncExec__DataDirectory"] = DataDirectory;
        foreach ((string name, string value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(params string[] behind)
    {
        Launch(behind);
        await Patience.UntilAsync("the service answers", async () =>
        {
            Assert.False(_process!.HasExited, $"The service ended with {(_process.HasExited ? _process.ExitCode : 0)}: {Log}");
            return await Api.IsThereAsync();
        });
        if (!IsOtherHost)
        {
            Api.Key = (await File.ReadAllTextAsync(Path.Combine(SeenDirectory, "key"))).Trim();
        }
    }

    /// <summary>SIGKILL: nothing of it gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        List<LivingProcess> workers = IsOtherHost ? ProcessTable.Children(ProcessId) : [];
        _process!.Kill();
        await WaitForExitAsync();
        await Patience.UntilAsync("the workers of the killed host are gone", () => workers.TrueForAll(static worker => ProcessTable.Read(worker.Id) is null));
    }

    /// <summary>SIGKILL for the other host's worker alone; waits until the host has started it again.</summary>
    public async Task KillWorkerAsync()
    {
        if (Worker is { } worker)
        {
            using Process process = Process.GetProcessById(worker.Id);
            process.Kill();
            await Patience.UntilAsync("the host has another worker", () => Worker is { } next && next.Start > worker.Start);
            await Patience.UntilAsync("the service answers again", Api.IsThereAsync);
        }
    }

    /// <summary>SIGTERM, as a service manager does it; answers its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{ProcessId}"]))
        {
            await kill.WaitForExitAsync();
        }

        return await WaitForExitAsync();
    }

    /// <summary>Waits for its end and answers its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        Process process = _process!;
        using var limit = new CancellationTokenSource(Patience.Limit);
        await process.WaitForExitAsync(limit.Token);
        _process = null;
        using (process)
        {
            return process.ExitCode;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (_process is not null)
        {
            await StopAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The folder of the repository that these tests were built in.</summary>
    public static string RepositoryRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FuncExec.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }

    /// <summary>The configuration that these tests were built by.</summary>
    public static string Configuration() => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _lines.Enqueue(line.Data);
            while (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }
        }
    }
}
