using System.Diagnostics;
using System.Text;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Migration.Tests.Running;

/// <summary><c>funcexec migrate</c> as a user calls it: a process of its own.</summary>
internal sealed class Migrate : IDisposable
{
    private static readonly string s_executable = Path.Combine(ServiceProcess.RepositoryRoot(), "Cli", "bin", ServiceProcess.Configuration(), "net10.0", "funcexec");

    private readonly Process _process;
    private readonly SemaphoreSlim _lines = new(0);
    private readonly Task<string> _out;
    private readonly Task<string> _error;

    private Migrate(Process process)
    {
        _process = process;
        _out = process.StandardOutput.ReadToEndAsync();
        _error = ReadErrorAsync();
    }

    /// <summary>Starts it.</summary>
    /// <param name="connectionString">Of the database; null for none.</param>
    /// <param name="variables">Of its environment.</param>
    /// <param name="arguments">After <c>migrate</c>.</param>
    public static Migrate Start(string? connectionString, IReadOnlyDictionary<string, string>? variables, params string[] arguments)
    {
        ProcessStartInfo start = new(s_executable, ["migrate", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        if (connectionString is not null)
        {
            start.Environment["ConnectionStrings__PostgreSQL"] = connectionString;
        }

        return new Migrate(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Outcome> RunAsync(string? connectionString, params string[] arguments)
    {
        using Migrate migrate = Start(connectionString, null, arguments);
        return await migrate.WaitAsync();
    }

    /// <summary>Waits until it has said so much of how far it is, or has ended.</summary>
    public async Task WaitForLinesAsync(int count)
    {
        for (int line = 0; line < count && !_error.IsCompleted; line++)
        {
            await Task.WhenAny(_lines.WaitAsync(), _error).WaitAsync(Patience.Limit);
        }
    }

    public void Kill() => _process.Kill();

    public async Task SignalAsync(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<Outcome> WaitAsync()
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        await _process.WaitForExitAsync(limit.Token);
        return new Outcome(_process.ExitCode, await _out.WaitAsync(limit.Token), await _error.WaitAsync(limit.Token));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task<string> ReadErrorAsync()
    {
        var text = new StringBuilder();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            text.Append(line).Append('\n');
            _lines.Release();
        }

        return text.ToString();
    }
}
