using System.Diagnostics;
using System.Text;

namespace FuncExec.Cli.Tests;

/// <summary>The command line as a user calls it: a process of its own.</summary>
internal sealed class CliProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly CancellationTokenSource _limit = new(_patience);
    private readonly MemoryStream _out = new();
    private readonly MemoryStream _error = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CliProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, _out), CopyAsync(process.StandardError.BaseStream, _error));
    }

    public static string Executable { get; } = Path.Combine(
        RepositoryRoot(), "Cli", "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", "funcexec");

    public int Id => _process.Id;

    /// <summary>Starts it over a test's directories.</summary>
    public static CliProcess Start(TestDirectory directory, IEnumerable<string> arguments, byte[]? input = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ProcessStartInfo start = new(Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory.Caller,
        };
        start.Environment["FuncExec__DataDirectory"] = directory.Data;
        start.Environment["FuncExec__KillGrace"] = "1s";
        start.Environment.Remove("FUNCEXEC_KEY");
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        CliProcess cli = new(process);
        _ = cli.FeedAsync(input ?? []);
        return cli;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<CliResult> RunAsync(TestDirectory directory, params string[] arguments)
    {
        using CliProcess cli = Start(directory, arguments);
        return await cli.WaitAsync();
    }

    /// <summary>Waits until its standard output holds a text; answers all of it.</summary>
    public Task<string> WaitForOutputAsync(string text) => WaitForAsync(_out, text);

    /// <summary>Waits until its standard error holds a text; answers all of it.</summary>
    public Task<string> WaitForErrorAsync(string text) => WaitForAsync(_error, text);

    public void Signal(int number) => Assert.Equal(0, LibC.Kill(_process.Id, number));

    public async Task<CliResult> WaitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(_limit.Token);
            await _reading.WaitAsync(_limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not end. It wrote: {Text(_out)}\n{Text(_error)}");
        }

        return new CliResult(_process.ExitCode, _out.ToArray(), Text(_error));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _limit.Dispose();
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

    private async Task FeedAsync(byte[] input)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read it.
        }
    }

    private async Task<string> WaitForAsync(MemoryStream stream, string text)
    {
        while (true)
        {
            Task more;
            lock (_out)
            {
                more = _more.Task;
            }

            string written = Text(stream);
            if (written.Contains(text, StringComparison.Ordinal))
            {
                return written;
            }

            Task done = await Task.WhenAny(more, _reading).WaitAsync(_limit.Token);
            if (done == _reading && !Text(stream).Contains(text, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"It ended without writing '{text}'. It wrote: {Text(_out)}\n{Text(_error)}");
            }
        }
    }

    private string Text(MemoryStream stream)
    {
        lock (_out)
        {
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }

    private async Task CopyAsync(Stream from, MemoryStream to)
    {
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer)) > 0)
        {
            lock (_out)
            {
                to.Write(buffer, 0, count);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
