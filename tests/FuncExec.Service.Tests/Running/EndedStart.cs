using System.Diagnostics;

namespace FuncExec.Service.Tests.Running;

/// <summary>A start that came to its end by itself.</summary>
/// <param name="ExitCode">How.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record EndedStart(int ExitCode, string Output, string Errors)
{
    /// <summary>What the command line ends with when what it was asked for has not been done: not to be taken for a command's own code.</summary>
    private const int OfCommandLine = 125;

    private int _expected = 1;

    /// <summary>The command line's program, built by the same configuration as the tests.</summary>
    public static string CommandLine { get; } =
        Path.Combine(ServiceProcess.RepositoryRoot(), "Cli", "bin", ServiceProcess.Configuration(), "net10.0", "funcexec");

    /// <summary>Starts the service and waits for its end.</summary>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="settings">Its settings, as environment variables.</param>
    /// <param name="words">The program and its arguments.</param>
    public static async Task<EndedStart> RunAsync(string dataDirectory, IEnumerable<KeyValuePair<string, string>> settings, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["FuncExec__DataDirectory"] = dataDirectory;
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Patience.Limit);
            return new EndedStart(process.ExitCode, await output, await errors) { _expected = words[0] == CommandLine ? OfCommandLine : 1 };
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(); // It had started, against all expectation.
            }
        }
    }

    /// <summary>Asserts that it ended with 1 (the command line with 125) and a text for people on standard error, with all that it has to say.</summary>
    public void ExpectRefusal(params string[] parts)
    {
        Assert.True(ExitCode == _expected, $"It ended with {ExitCode}: {Errors}{Output}");
        Assert.NotEqual("", Errors.Trim());
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
        foreach (string part in parts)
        {
            Assert.Contains(part, Errors, StringComparison.Ordinal);
        }

        string[] lines = Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Distinct().Count(), lines.Length); // Said once.
    }
}
