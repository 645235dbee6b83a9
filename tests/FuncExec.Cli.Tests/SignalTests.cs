using System.Diagnostics;

namespace FuncExec.Cli.Tests;

public sealed class SignalTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    // In the command lines of all processes of a test.
    private readonly string _mark = "mark" + Guid.NewGuid().ToString("N");

    // Two levels, one in a session of its own, deaf to SIGTERM; the sleeping ends of them carry the mark in their names.
    private string Tree => $"trap '' TERM; setsid /bin/sh -c 'trap \"\" TERM; echo up; while :; do sleep 0.2; done' {_mark} & /bin/sh -c 'while :; do sleep 0.2; done' {_mark}";

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(LibC.SigInt, 130)]
    [InlineData(LibC.SigTerm, 143)]
    [InlineData(LibC.SigHup, 129)]
    public async Task A_signal_cancels_the_job_and_waits_until_its_whole_tree_is_gone(int signal, int code)
    {
        using CliProcess cli = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", Tree]);
        await cli.WaitForOutputAsync("up");

        cli.Signal(signal);
        CliResult result = (await cli.WaitAsync()).Expect(code);

        Assert.Empty(Processes.With(_mark));
        string id = IdIn(result.Error);
        Assert.Contains("status    cancelled\n", (await CliProcess.RunAsync(_directory, "status", id)).Expect(0).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_at_once_and_the_next_start_completes_the_cancel()
    {
        using CliProcess cli = CliProcess.Start(
            _directory, ["run", "--", "/bin/sh", "-c", Tree], environment: new Dictionary<string, string?> { ["FuncExec__KillGrace"] = "10m" });
        await cli.WaitForOutputAsync("up");
        cli.Signal(LibC.SigInt);
        string id = IdIn(await cli.WaitForErrorAsync("cancelling"));

        cli.Signal(LibC.SigInt);
        (await cli.WaitAsync()).Expect(130);

        // A service stays for as long as this takes.
        using CliProcess service = CliProcess.Start(_directory, ["serve", "--urls", "http://127.0.0.1:0"]);
        await service.WaitForOutputAsync("functions:");
        await Processes.WaitForNoneAsync(_mark);
        await WaitForStatusAsync(id, "cancelled");
        service.Signal(LibC.SigTerm);
        (await service.WaitAsync()).Expect(0);
    }

    [Fact]
    public async Task A_killed_command_line_leaves_nothing_behind_once_another_has_started()
    {
        using CliProcess cli = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", Tree]);
        await cli.WaitForOutputAsync("up");
        cli.Signal(LibC.SigKill);
        await cli.WaitAsync();

        CliResult next = await CliProcess.RunAsync(_directory, "run", "--", "echo", "next");

        Assert.Equal("next\n", next.Expect(0).Text);
        Assert.Contains(" of an earlier run has not finished", next.Error, StringComparison.Ordinal);
        await Processes.WaitForNoneAsync(_mark);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_directory.Data, "work")).SelectMany(Directory.EnumerateDirectories));
    }

    [Fact]
    public async Task Without_a_reader_the_job_is_cancelled_quietly()
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{{ '{CliProcess.Executable}' run -- /bin/sh -c 'while :; do echo line; done' {_mark}; echo $? >&2; }} | head -n 1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.Caller,
            Environment = { ["FuncExec__DataDirectory"] = _directory.Data, ["FuncExec__KillGrace"] = "1s" },
        })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();

        Assert.Equal("line\n", await shell.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(4)));
        Assert.Equal("141\n", await error.WaitAsync(TimeSpan.FromMinutes(4)));
        await Processes.WaitForNoneAsync(_mark);
    }

    private static string IdIn(string error)
    {
        const string before = "cancelling the job ";
        return error.Substring(error.IndexOf(before, StringComparison.Ordinal) + before.Length, 26);
    }

    private async Task WaitForStatusAsync(string id, string status)
    {
        long begun = Environment.TickCount64;
        string text;
        do
        {
            text = (await CliProcess.RunAsync(_directory, "status", id)).Expect(0).Text;
            Assert.True(Environment.TickCount64 - begun < TimeSpan.FromMinutes(2).TotalMilliseconds, text);
        }
        while (!text.Contains($"status    {status}\n", StringComparison.Ordinal));
    }
}
