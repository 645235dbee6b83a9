using System.Diagnostics;

namespace FuncExec.Tests.Shared;

/// <summary>A second process that uses a store: the program of the project <c>….Dummy</c> beside the tests <c>….Tests</c> that this is compiled into.</summary>
internal sealed class OtherProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static readonly string s_dummy = Path.Combine(
        AppContext.BaseDirectory, typeof(OtherProcess).Assembly.GetName().Name!.Replace(".Tests", ".Dummy", StringComparison.Ordinal) + ".dll");

    private readonly Process _process;

    /// <param name="prefix">Words to run before the command itself, such as <c>setpriv</c> and its arguments.</param>
    /// <param name="arguments">The dummy's arguments.</param>
    internal OtherProcess(IReadOnlyList<string> prefix, params string[] arguments)
    {
        string[] words = [.. prefix, Environment.ProcessPath is { } host && IsDotnet(host) ? host : "dotnet", s_dummy, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
    }

    /// <summary>Root writes everywhere, so it gives that right up; another user could not read a clone in root's home.</summary>
    internal static IReadOnlyList<string> WithoutRights => Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override"] : [];

    internal int Id => _process.Id;

    /// <summary>A small disk at a directory, in a mount namespace of its own, which ends with the process.</summary>
    /// <param name="size">How much it holds, such as <c>4m</c>.</param>
    /// <param name="directory">Where.</param>
    internal static IReadOnlyList<string> OnSmallDisk(string size, string directory)
    {
        string[] userNamespace = Environment.IsPrivilegedProcess ? [] : ["--map-root-user"];
        string script = $"mount -t tmpfs -o size={size} none '{directory}' && exec \"$@\"";
        return ["unshare", .. userNamespace, "--mount", "sh", "-c", script, "sh"];
    }

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
