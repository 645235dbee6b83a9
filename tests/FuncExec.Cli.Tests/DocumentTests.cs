namespace FuncExec.Cli.Tests;

public sealed class DocumentTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Lines_of_several_tasks_are_told_apart_and_failures_are_summed_up()
    {
        await File.WriteAllTextAsync(_directory.File("job.json"), """
            {"steps": [
              {"name": "ok", "tasks": [
                {"payload": {"command": "/bin/sh", "args": ["-c", "echo one; printf 'no end'"]}},
                {"payload": {"command": "/bin/sh", "args": ["-c", "echo bad >&2; exit 7"]}}]},
              {"name": "after", "needs": ["ok"], "payload": {"command": "true"}}]}
            """);

        CliResult result = await CliProcess.RunAsync(_directory, "run", "-f", "job.json");

        result.Expect(1);
        Assert.Equal("[ok/0] one\n[ok/0] no end\n", result.Text);
        Assert.StartsWith("[ok/1] bad\nfuncexec: The job ", result.Error, StringComparison.Ordinal);
        Assert.Contains(" failed. Of 3 tasks 1 succeeded, 1 failed, 1 were skipped.\n  ok/1: The command ended with exit code 7.\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_tasks_that_succeed_end_with_0_and_without_words()
    {
        using CliProcess cli = CliProcess.Start(_directory, ["run", "-f", "-"], """{"commands": [{"command": "true"}, {"command": "pwd"}]}"""u8.ToArray());
        CliResult result = await cli.WaitAsync();

        Assert.EndsWith($"/1] {_directory.Caller}\n", result.Expect(0).Text, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task A_document_of_one_task_is_shown_as_the_command_itself()
    {
        using CliProcess cli = CliProcess.Start(_directory, ["run", "-f", "-"], """{"command": "/bin/sh", "args": ["-c", "pwd; exit 9"], "workingDirectory": ".."}"""u8.ToArray());
        CliResult result = await cli.WaitAsync();

        Assert.Equal(Path.GetDirectoryName(_directory.Caller) + "\n", result.Expect(9).Text);
    }

    [Fact]
    public async Task Every_mistake_of_a_document_is_named_by_its_place()
    {
        using CliProcess cli = CliProcess.Start(_directory, ["run", "-f", "-"], """{"commands": [{"command": ""}, {"comand": "x"}]}"""u8.ToArray());
        CliResult result = await cli.WaitAsync();

        result.Expect(125);
        Assert.StartsWith("funcexec: The job is refused:\n  $.commands[0]", result.Error, StringComparison.Ordinal);
        Assert.Contains("\n  $.commands[1].comand ", result.Error, StringComparison.Ordinal);
    }
}
