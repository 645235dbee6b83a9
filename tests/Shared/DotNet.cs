using System.Diagnostics;

namespace FuncExec.Tests.Shared;

/// <summary>The command line of the SDK.</summary>
internal static class DotNet
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command that has to succeed, and answers what it said.</summary>
    public static Task<string> RunAsync(string directory, params string[] arguments) => RunAsync(directory, fails: false, arguments);

    /// <summary>Runs a command that has to fail, and answers what it said.</summary>
    public static Task<string> FailAsync(string directory, params string[] arguments) => RunAsync(directory, fails: true, arguments);

    private static async Task<string> RunAsync(string directory, bool fails, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(s_limit);
            string said = await output.WaitAsync(s_limit);
            Assert.True(process.ExitCode == 0 != fails, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{said}");
            return said;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
