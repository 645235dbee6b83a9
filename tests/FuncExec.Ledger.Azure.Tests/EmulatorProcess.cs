using System.Diagnostics;
using System.Text;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>A service of the storage emulator, on a free port. Ends when disposed.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task _reading;

    private EmulatorProcess(Process process, string listening, TaskCompletionSource<Uri> address, StringBuilder said)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, listening, address, said), ReadAsync(process.StandardError, listening, address, said));
        Address = new Uri("about:blank");
    }

    /// <summary>Where it listens, without an account.</summary>
    public Uri Address { get; private set; }

    /// <summary>Starts one.</summary>
    /// <param name="program">The program, below the emulator's sources.</param>
    /// <param name="listening">What it says before the address that is wanted.</param>
    /// <param name="options">Its ports, and where it keeps its data.</param>
    public static async Task<EmulatorProcess> StartAsync(string program, string listening, params string[] options)
    {
        string root = Path.Combine(RepositoryRoot(), "tests", "azurite", "node_modules");
        string node = Path.Combine(root, ".bin", "node");
        Assert.True(File.Exists(node), "The storage emulator is not there: run ./test, or 'npm ci' in tests/azurite.");
        ProcessStartInfo start = new(
            node,
            [Path.Combine(root, "azurite", "dist", "src", program), "--disableTelemetry", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StringBuilder said = new();
        EmulatorProcess emulator = new(process, listening, address, said);
        try
        {
            Task first = await Task.WhenAny(address.Task, process.WaitForExitAsync()).WaitAsync(s_limit);
            Assert.True(first == address.Task, $"The storage emulator ended: {said}");
            emulator.Address = await address.Task;
            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(s_limit);
        await _reading.WaitAsync(s_limit);
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, string listening, TaskCompletionSource<Uri> address, StringBuilder said)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            int at = line.IndexOf(listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                address.TrySetResult(new Uri(line[(at + listening.Length)..].Trim()));
            }
            else if (!address.Task.IsCompleted)
            {
                lock (said)
                {
                    said.AppendLine(line);
                }
            }
        }
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
}
