using System.Text;

namespace FuncExec.Cli.Tests;

/// <summary>How a call ended.</summary>
internal sealed record CliResult(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>Fails, with all that was written, unless it ended as it should.</summary>
    public CliResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"It ended with {ExitCode}, not {exitCode}. It wrote:\n{Text}\n{Error}");
        return this;
    }
}
