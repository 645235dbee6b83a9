using System.Diagnostics;

namespace FuncExec.Container.Tests;

/// <summary>Podman, with storage of the tests' own: nothing of it is seen by the machine's, and all of it goes at the end.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-podman-").FullName;

    /// <summary>Runs a command that has to succeed; answers what it printed.</summary>
    internal async Task<string> RunAsync(params string[] arguments)
    {
        (int code, string output, string error) = await TryAsync(arguments);
        Assert.True(code == 0, $"podman {string.Join(' ', arguments)} ended with {code}:\n{error}");
        return output;
    }

    /// <summary>Runs a command; answers its exit code and what it printed.</summary>
    internal Task<(int Code, string Output, string Error)> TryAsync(params string[] arguments) => ExecuteAsync("podman", [.. Common, .. arguments]);

    /// <summary>Imports a directory as an image.</summary>
    internal async Task ImportAsync(string directory, string image)
    {
        string archive = Path.Combine(_directory, "import.tar");
        (int code, _, string error) = await ExecuteAsync("tar", ["-C", directory, "--owner=0", "--group=0", "-cf", archive, "."]);
        Assert.True(code == 0, error);
        await RunAsync("import", archive, image);
        File.Delete(archive);
    }

    /// <summary>Ends all containers and removes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("rm", "--all", "--force", "--time", "0");
        await RunAsync("rmi", "--all", "--force");
        Directory.Delete(_directory, recursive: true);
    }

    // The runtime is runc, and the groups are made without systemd: neither crun nor systemd is there on every machine.
    private string[] Common =>
    [
        "--root", Path.Combine(_directory, "root"), "--runroot", Path.Combine(_directory, "run"), "--tmpdir", Path.Combine(_directory, "tmp"),
        "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--events-backend", "file",
    ];

    private static async Task<(int Code, string Output, string Error)> ExecuteAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_limit);
        return (process.ExitCode, await output, await error);
    }
}
