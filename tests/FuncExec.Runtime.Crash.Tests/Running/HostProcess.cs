using System.Diagnostics;

namespace FuncExec.Runtime.Crash.Tests.Running;

/// <summary>The host as a child process, by itself or behind a tracer.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    /// <summary>Nothing takes this long; past it a test fails instead of hanging.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly CancellationTokenSource _limit = new(s_limit);
    private readonly Task<string> _errors;
    private string _last = "nothing";

    private HostProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static HostProcess Start(IReadOnlyList<string> behind, params string[] arguments)
    {
        string[] command = [.. behind, Path.Combine(AppContext.BaseDirectory, "FuncExec.Runtime.CrashHost"), .. arguments];
        return new HostProcess(Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>The next line of its output.</summary>
    public async Task<string> ReadLineAsync()
    {
        try
        {
            return _last = await _process.StandardOutput.ReadLineAsync(_limit.Token)
                ?? throw new InvalidOperationException($"The host ended too early: {await _errors}");
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The host is stuck. The last it said was: {_last}", e);
        }
    }

    /// <summary>SIGKILL: nothing of it gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its own, orderly end.</summary>
    public async Task EndAsync()
    {
        await _process.StandardOutput.ReadToEndAsync(_limit.Token);
        await _process.WaitForExitAsync(_limit.Token);
        Assert.True(_process.ExitCode == 0, $"The host ended with {_process.ExitCode}: {await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // A tracer that is killed lets go of what it traces.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _limit.Dispose();
    }
}
