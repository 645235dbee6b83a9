using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>What the whole service must be set to before it starts processes.</summary>
internal static unsafe class SubreaperSetup
{
    /// <summary>
    /// Makes the service the parent of its commands' orphans, and sees to it that ended children wait to be reaped:
    /// under an inherited "ignore SIGCHLD" the kernel would throw their exit codes away. The runtime's own SIGCHLD
    /// handling reaps only what <see cref="System.Diagnostics.Process"/> has started; as process 1 it is made to.
    /// </summary>
    public static void Apply()
    {
        if (LibC.Prctl(LibC.SetChildSubreaper, 1, 0, 0, 0) != 0)
        {
            throw new ProcessRunnerException($"The service could not become a child subreaper (error {Marshal.GetLastPInvokeError()}).");
        }

        if (Environment.ProcessId == 1)
        {
            _ = RuntimeReaping.TryRestrain();
        }

        OpenStandardDescriptors();
        KeepInheritedDescriptors();
        const nint ignore = 1;
        byte* action = stackalloc byte[LibC.OpaqueSize];
        new Span<byte>(action, LibC.OpaqueSize).Clear();
        if (LibC.SigAction(LibC.SigChld, null, action) == 0 && *(nint*)action == ignore)
        {
            new Span<byte>(action, LibC.OpaqueSize).Clear();
            _ = LibC.SigAction(LibC.SigChld, action, null);
        }
    }

    /// <summary>Started with one of the first three closed, the service would get a pipe's end there, where a child expects its own.</summary>
    private static void OpenStandardDescriptors()
    {
        for (int fd = 0; fd <= 2; fd++)
        {
            if (LibC.Fcntl(fd, LibC.GetDescriptorFlags, 0) < 0)
            {
                _ = LibC.Open("/dev/null", LibC.OpenReadWrite); // The lowest free one: this.
            }
        }
    }

    /// <summary>What the service itself was started with (a shell's, a supervisor's) is not for its commands.</summary>
    private static void KeepInheritedDescriptors()
    {
        foreach (string path in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(path), out int fd) && fd > 2)
            {
                _ = LibC.Fcntl(fd, LibC.SetDescriptorFlags, LibC.DescriptorCloseOnExec);
            }
        }
    }
}
