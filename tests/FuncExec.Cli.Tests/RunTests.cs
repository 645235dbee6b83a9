using System.Text;

namespace FuncExec.Cli.Tests;

public sealed class RunTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 1", 1)]
    [InlineData("exit 124", 124)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -15 $$", 143)]
    public async Task The_exit_code_is_that_of_the_command(string script, int code)
    {
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--", "/bin/sh", "-c", script);

        result.Expect(code);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_command_that_is_not_there_or_cannot_be_executed_is_told_from_one_that_failed()
    {
        await File.WriteAllTextAsync(_directory.File("plain"), "no program");

        CliResult missing = await CliProcess.RunAsync(_directory, "run", "--", "no-such-command-anywhere");
        CliResult plain = await CliProcess.RunAsync(_directory, "run", "--", "./plain");

        Assert.Equal("funcexec: 'no-such-command-anywhere' was not found in PATH.\n", missing.Expect(127).Error);
        Assert.Contains("may not be executed", plain.Expect(126).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arguments_arrive_as_they_are(bool asOptions)
    {
        string[] words = ["a b", "", "'", "\"", "\\", "$HOME", "`id`", "line\nline", "\ttab", "-x", "--quiet", "--", "--args", "*", "ä€😀", "=", "%s", "\u0001"];
        string[] command = ["/bin/sh", "-c", "for word; do printf '%s\\0' \"$word\"; done", "sh", .. words];

        CliResult result = await CliProcess.RunAsync(
            _directory,
            asOptions ? ["run", "--command", command[0], .. command.Skip(1).SelectMany(static word => new[] { "--args", word })] : ["run", "--", .. command]);

        Assert.Equal(string.Concat(words.Select(static word => word + "\0")), result.Expect(0).Text);
    }

    [Fact]
    public async Task An_argument_may_be_written_behind_a_sign_too()
    {
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--command=printf", "--args=[%s]", "--args=", "--args=--", "--args=-n=1");

        Assert.Equal("[][--][-n=1]", result.Expect(0).Text);
    }

    [Fact]
    public async Task Both_streams_are_exact_to_the_byte()
    {
        const string bytes = "\\000\\001\\002\\n\\r\\177\\200\\377\\303no newline";
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--", "/bin/sh", "-c", $"printf '{bytes}'; printf 'error\\n\\n ' >&2");

        Assert.Equal([0, 1, 2, 10, 13, 127, 128, 255, 0xC3, .. "no newline"u8], result.Expect(0).Output);
        Assert.Equal("error\n\n ", result.Error);
    }

    [Fact]
    public async Task A_command_starts_where_the_caller_is_with_path_home_and_locale()
    {
        using CliProcess cli = CliProcess.Start(
            _directory,
            ["run", "--env", "GIVEN", "--env", "SET=a=b c", "--", "/bin/sh", "-c", "pwd; echo \"$HOME|$LANG|$LC_TIME|$GIVEN|$SET|$OTHER|${PATH##*:}\""],
            environment: new Dictionary<string, string?>
            {
                ["HOME"] = "/some/home",
                ["LANG"] = "de_DE.UTF-8",
                ["LC_TIME"] = "C",
                ["GIVEN"] = "given",
                ["OTHER"] = "other",
                ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/of/the/caller",
            });
        CliResult result = await cli.WaitAsync();

        Assert.Equal($"{_directory.Caller}\n/some/home|de_DE.UTF-8|C|given|a=b c||/of/the/caller\n", result.Expect(0).Text);
    }

    [Fact]
    public async Task All_variables_are_handed_over_by_request()
    {
        using CliProcess cli = CliProcess.Start(
            _directory, ["run", "--all-env", "--env", "B=2", "--cwd", "below", "--", "/bin/sh", "-c", "echo $A$B; pwd"], environment: new Dictionary<string, string?> { ["A"] = "1", ["B"] = "0" });
        Directory.CreateDirectory(_directory.File("below"));

        Assert.Equal($"12\n{_directory.File("below")}\n", (await cli.WaitAsync()).Expect(0).Text);
    }

    [Fact]
    public async Task A_shell_reads_the_command_by_request()
    {
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--shell", "--", "echo $((6 * 7)) \"$2\" | tr 2 3", "a", "b c");

        Assert.Equal("43 b c\n", result.Expect(0).Text);
    }

    [Fact]
    public async Task Standard_input_is_handed_over_by_request_only()
    {
        byte[] input = Encoding.UTF8.GetBytes("first\n\0ä\n" + new string('x', 200_000));
        using CliProcess with = CliProcess.Start(_directory, ["run", "--stdin", "--", "cat"], input);
        CliResult passed = await with.WaitAsync();
        using CliProcess without = CliProcess.Start(_directory, ["run", "--", "cat"], input);
        CliResult kept = await without.WaitAsync();

        Assert.Equal(input, passed.Expect(0).Output);
        Assert.Empty(kept.Expect(0).Output);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_ends_with_124()
    {
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--timeout", "500ms", "--", "/bin/sh", "-c", "echo begun; sleep 600");

        Assert.Equal("begun\n", result.Expect(124).Text);
        Assert.Contains("longer than 00:00:00.5", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_command_is_tried_again_as_often_as_asked()
    {
        CliResult result = await CliProcess.RunAsync(
            _directory, "run", "--retry", "2", "--", "/bin/sh", "-c", "echo $FUNCEXEC_ATTEMPT; [ $FUNCEXEC_ATTEMPT = 3 ]");

        Assert.Equal("1\n2\n3\n", result.Expect(0).Text);
    }

    [Fact]
    public async Task Fifty_megabytes_arrive_as_they_were_written()
    {
        // seq writes 7,000,000 lines, 54,888,896 bytes.
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--", "seq", "7000000");

        byte[] output = result.Expect(0).Output;
        using MemoryStream expected = new(output.Length);
        for (int number = 1; number <= 7_000_000; number++)
        {
            expected.Write(Encoding.ASCII.GetBytes($"{number}\n"));
        }

        Assert.Equal(expected.Length, output.Length);
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(output));
    }

    [Fact]
    public async Task The_finished_job_is_written_as_json_by_request()
    {
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--json", "--name", "one", "--", "/bin/sh", "-c", "echo said; exit 3");

        using System.Text.Json.JsonDocument job = System.Text.Json.JsonDocument.Parse(result.Expect(3).Output);
        Assert.Equal("failed", job.RootElement.GetProperty("status").GetString());
        Assert.Equal("one", job.RootElement.GetProperty("name").GetString());
        Assert.Equal("said\n", result.Error);
    }
}
