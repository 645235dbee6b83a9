using System.Diagnostics;

namespace FuncExec.Ledger.Tests;

/// <summary>A second process that uses a ledger; see the Dummy project.</summary>
internal sealed class OtherProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    /// <param name="prefix">Words to run before the command itself, such as <c>setpriv</c> and its arguments.</param>
    /// <param name="arguments">The dummy's arguments.</param>
    internal OtherProcess(IReadOnlyList<string> prefix, params string[] arguments)
    {
        string dummy = Path.Combine(AppContext.BaseDirectory, "FuncExec.Ledger.Dummy.dll");
        string[] words = [.. prefix, Environment.ProcessPath is { } host && IsDotnet(host) ? host : "dotnet", dummy, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
    }

    internal int Id => _process.Id;

    /// <summary>The next line it prints, or null after the last.</summary>
    internal async Task<string?> ReadLineAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        return await _process.StandardOutput.ReadLineAsync(limit.Token);
    }

    /// <summary>All lines it prints until its end.</summary>
    internal async Task<List<string>> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Closes its standard input and waits for its end.</summary>
    internal Task EndAsync()
    {
        _process.StandardInput.Close();
        return WaitAsync();
    }

    internal Task KillAsync()
    {
        _process.Kill();
        return WaitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task WaitAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        await _process.WaitForExitAsync(limit.Token);
    }

    private static bool IsDotnet(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";
}
