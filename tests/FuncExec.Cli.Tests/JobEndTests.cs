using System.Text.Json;
using FuncExec.Cli.Jobs;
using FuncExec.Cli.Services;

namespace FuncExec.Cli.Tests;

public sealed class JobEndTests
{
    [Theory]
    [InlineData("""{"startFailure":"notFound"}""", 127)]
    [InlineData("""{"startFailure":"notExecutable"}""", 126)]
    [InlineData("""{"startFailure":"tooLong"}""", 126)]
    [InlineData("""{"startFailure":"badWorkingDirectory"}""", 125)]
    [InlineData("""{"startFailure":"refused"}""", 125)]
    [InlineData("""{"startFailure":7}""", 125)]
    [InlineData("""{"status":404}""", 125)]
    [InlineData("null", 125)]
    public void What_was_not_started_has_the_exit_code_of_its_reason_whatever_the_words(string details, int exitCode)
    {
        TaskInfo task = new() { Status = "failed", Failure = "notFound", ExitCode = -1, Error = "'x' was not found or may not be executed.", Details = JsonElement.Parse(details) };

        Assert.Equal(new JobEnd(exitCode, task.Error), JobEnd.OfOne(new JobInfo(), task));
    }

    [Fact]
    public void Artifacts_that_could_not_be_kept_are_no_success_of_the_command()
    {
        TaskInfo task = new() { Status = "failed", Failure = "artifacts", ExitCode = 0, Error = "The artifacts could not be collected." };

        Assert.Equal(new JobEnd(125, task.Error), JobEnd.OfOne(new JobInfo(), task));
    }
}
