using FuncExec.ExecutorPlugins.Processes.Linux;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>What the machine knows of processes.</summary>
internal static class ProcessTable
{
    public static bool IsThere(int pid) => Directory.Exists($"/proc/{pid}");

    /// <summary>Waits until each of the processes has ended, reaped or not.</summary>
    public static unsafe void WaitUntilEnded(IReadOnlyCollection<int> pids)
    {
        const int limitMilliseconds = 60_000;
        Assert.NotEmpty(pids);
        byte* ready = stackalloc byte[16];
        foreach (int pid in pids)
        {
            int pidfd = LibC.PidfdOpen(pid);
            if (pidfd >= 0)
            {
                int epoll = LibC.EpollCreate(LibC.CloseOnExec);
                Assert.True(LibC.Watch(epoll, pidfd, LibC.EpollIn, 0));
                int count;
                while ((count = LibC.EpollWait(epoll, ready, 1, limitMilliseconds)) < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LibC.EIntr)
                {
                }

                Assert.Equal(1, count);
                _ = LibC.Close(epoll);
                _ = LibC.Close(pidfd);
            }
        }
    }

    /// <summary>Pipes and process descriptors held by this process.</summary>
    public static int OpenPipes() => new DirectoryInfo("/proc/self/fd").GetFiles()
        .Count(static file => file.LinkTarget is { } target && (target.StartsWith("pipe:", StringComparison.Ordinal) || target.Contains("pidfd")));

    /// <summary>Children of this process that have ended and were not reaped.</summary>
    public static int[] OwnZombies() => [.. Directory.GetDirectories("/proc", "*")
        .Select(static path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
        .Where(static pid => pid > 0 && Stat(pid) is ['Z', ..] stat && stat.Split(' ')[1] == $"{Environment.ProcessId}")];

    /// <summary>Living processes that have a variable, written as NAME=value.</summary>
    public static int[] WithVariable(string variable) => [.. Directory.GetDirectories("/proc", "*")
        .Select(static path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
        .Where(pid => pid > 0 && ProcStat.Read(pid) is { IsAlive: true } && ProcFile.ReadVariable(pid, variable.Split('=')[0]) == variable[(variable.IndexOf('=') + 1)..])];

    private static string Stat(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
