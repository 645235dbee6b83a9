namespace FuncExec.Cli.Tests;

/// <summary>Wrong calls: each ends with FuncExec's own code and one message that says what to do.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Help = " See funcexec run --help.";

    private readonly TestDirectory _directory = new();

    public static TheoryData<string[], string> Calls => new()
    {
        { [], "Say what to do: run, status, serve or migrate. See funcexec --help." },
        { ["walk"], "There is no command or option 'walk'. The commands are run, status, serve and migrate. See funcexec --help." },
        { ["--quiet"], "There is no command or option '--quiet'. The commands are run, status, serve and migrate. See funcexec --help." },
        { ["run"], "Say which command to run: funcexec run -- COMMAND [ARGS]…" },
        { ["run", "--"], "Say which command to run: funcexec run -- COMMAND [ARGS]…" },
        { ["run", "--", ""], "Say which command to run: funcexec run -- COMMAND [ARGS]…" },
        { ["run", "--command", ""], "Say which command to run: funcexec run -- COMMAND [ARGS]…" },
        { ["run", "ls"], "Put -- before the command, so that its options are its own: funcexec run -- ls." + Help },
        { ["run", "-la"], "run has no option '-la'. If it belongs to the command, put -- before the command: funcexec run -- COMMAND -la." + Help },
        { ["run", "--tmeout", "5s", "--", "true"], "run has no option '--tmeout'. If it belongs to the command, put -- before the command: funcexec run -- COMMAND --tmeout." + Help },
        { ["run", "--timeout"], "Required argument missing for option: '--timeout'." + Help },
        { ["run", "--timeout", "1s", "--timeout", "2s", "--", "true"], "Option '--timeout' expects a single argument but 2 were provided." + Help },
        { ["run", "--timeout", "soon", "--", "true"], "The job is refused:\n  $.timeout *" },
        { ["run", "--name", "a b", "--", "true"], "The job is refused:\n  $.name *" },
        { ["run", "--retry", "-1", "--", "true"], "--retry is '-1'; allowed is a whole number, 0 to 999." },
        { ["run", "--retry", "often", "--", "true"], "--retry is 'often'; allowed is a whole number, 0 to 999." },
        { ["run", "--retry", "1000", "--", "true"], "--retry is '1000'; allowed is a whole number, 0 to 999." },
        { ["run", "--args", "x"], "--args are the arguments of --command, which is missing. After --, write the arguments behind the command." },
        { ["run", "--command", "a", "--args"], "--args needs a value: one argument of the command. An empty one is ''." },
        { ["run", "--command", "a", "--", "b"], "Give the command once: with --command or after --." },
        { ["run", "--env", "=x", "--", "true"], "--env '=x' has no name. Write NAME=VALUE, or NAME for the value that it has here." },
        { ["run", "--env", "NO_SUCH_NAME", "--", "true"], "--env NO_SUCH_NAME: there is no such variable here. Write NO_SUCH_NAME=VALUE to give it one." },
        { ["run", "--cwd", "not/there", "--", "true"], "The working directory '*not/there' is not there or may not be entered." },
        { ["run", "-f", "missing.json"], "The job document 'missing.json' cannot be read: *" },
        { ["run", "-f", "."], "The job document '.' cannot be read: *" },
        { ["run", "-f", "-"], "Standard input is empty. A job document is JSON, such as {\"command\": \"uname\"}." },
        { ["run", "-f", "x", "--", "true"], "Give either a command or a job document (--file), not both." },
        { ["run", "-f", "x", "--retry", "1"], "--retry does not go with --file: write it into the document." },
        { ["run", "-f", "x", "--stdin"], "--stdin does not go with --file: write it into the document." },
        { ["run", "--server", "ftp://here", "--", "true"], "--server 'ftp://here' is no address of a service. Write one such as http://127.0.0.1:7071." },
        { ["run", "--server", "here", "--", "true"], "--server 'here' is no address of a service. Write one such as http://127.0.0.1:7071." },
        { ["run", "--server", "http://127.0.0.1:1", "--", "true"], "The service at http://127.0.0.1:1/ does not answer: * Start it (funcexec serve), or correct --server." },
        { ["run", "--key", "a b", "--", "true"], "--key is no key: a key is made of visible ASCII characters." },
        { ["run", "--data-directory", "", "--", "true"], "--data-directory needs the name of a directory." },
        { ["run", "--data-directory", "/proc/none", "--", "true"], "The data directory /proc/none cannot be written to: *" },
        { ["status"], "Required argument 'ID' missing for command: 'status'. See funcexec status --help." },
        { ["status", "x"], "'x' is no job's id: an id has 26 of the characters a-z 0-9." },
        { ["status", "../../healthz"], "'../../healthz' is no job's id: an id has 26 of the characters a-z 0-9." },
        { ["status", "a", "b"], "Unrecognized command or argument 'b'. See funcexec status --help." },
        { ["status", "00000000000000000000000000"], "There is no job '00000000000000000000000000' at *" },
        { ["serve", "now"], "serve has no option 'now'. It takes --urls, --data-directory, --no-auth, and settings as --NAME VALUE. See funcexec serve --help." },
        { ["serve", "--ulrs", "x"], "serve has no option '--ulrs'. It takes --urls, --data-directory, --no-auth, and settings as --NAME VALUE. See funcexec serve --help." },
        { ["serve", "--urls"], "--urls needs a value." },
        { ["serve", "--urls", "http://0.0.0.0:0"], "The service does not listen on 'http://0.0.0.0:0': *" },
        { ["serve", "--MAX_CONCURRENT_TASKS", "many"], "The setting 'MAX_CONCURRENT_TASKS' is 'many'; *" },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_wrong_call_is_explained(string[] arguments, string message)
    {
        CliResult result = await CliProcess.RunAsync(_directory, arguments);

        result.Expect(125);
        Assert.Empty(result.Output);
        string[] parts = message.Split('*');
        Assert.StartsWith("funcexec: " + parts[0], result.Error, StringComparison.Ordinal);
        Assert.EndsWith(parts.Length == 1 ? parts[0] + "\n" : parts[^1] + "\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_a_job_cannot_hold_is_refused()
    {
        using CliProcess tooLong = CliProcess.Start(_directory, ["run", "--stdin", "--", "cat"], new byte[(256 * 1024) + 1]);
        using CliProcess noText = CliProcess.Start(_directory, ["run", "--stdin", "--", "cat"], [0xFF]);

        Assert.Equal("funcexec: Standard input has more than 256 KiB, the most that a job holds. Hand the command the name of a file.\n", (await tooLong.WaitAsync()).Expect(125).Error);
        Assert.Equal("funcexec: Standard input is not UTF-8, and a job holds text only. Hand the command the name of a file.\n", (await noText.WaitAsync()).Expect(125).Error);
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        using CliProcess other = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", "echo up; until [ -e go ]; do sleep 0.05; done"]);
        await other.WaitForOutputAsync("up");
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--key", "wrong", "--", "true");
        await File.WriteAllTextAsync(_directory.File("go"), "");

        Assert.Contains(" does not take this key. ", result.Expect(125).Error, StringComparison.Ordinal);
        (await other.WaitAsync()).Expect(0);
    }

    [Fact]
    public async Task Data_in_use_by_a_service_that_cannot_be_found_are_left_alone()
    {
        using CliProcess other = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", "echo up; until [ -e go ]; do sleep 0.05; done"]);
        await other.WaitForOutputAsync("up");
        File.Delete(Path.Combine(_directory.Data, "server.json"));
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--", "true");
        await File.WriteAllTextAsync(_directory.File("go"), "");

        Assert.StartsWith($"funcexec: The data directory '{_directory.Data}' is in use by process {other.Id}.", result.Expect(125).Error, StringComparison.Ordinal);
        (await other.WaitAsync()).Expect(0);
    }
}
