using System.Diagnostics;
using System.Globalization;

namespace FuncExec.Service.Tests.Running;

/// <summary>Changes what the kernel lets a running process have.</summary>
internal static class SystemLimits
{
    /// <summary>Sets the soft limit of a process.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="resource">As prlimit names it, such as <c>nofile</c>.</param>
    /// <param name="limit">How many it may have.</param>
    /// <param name="behind">The command that becomes the user whose process it is, or nothing.</param>
    public static async Task SetAsync(int processId, string resource, long limit, params string[] behind)
    {
        string value = limit.ToString(CultureInfo.InvariantCulture);
        string[] command = [.. behind, "prlimit", "--pid", $"{processId}", $"--{resource}={value}:"];
        using Process set = Process.Start(command[0], command[1..]);
        await set.WaitForExitAsync();
        Assert.Equal(0, set.ExitCode);
    }
}
