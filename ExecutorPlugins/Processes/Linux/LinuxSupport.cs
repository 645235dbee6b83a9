using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>Whether the machine has what the Linux runner stands on; looked up once.</summary>
internal static class LinuxSupport
{
    private static readonly Lazy<string?> Found = new(Look);

    /// <summary>What is missing, or null.</summary>
    public static string? Missing => Found.Value;

    private static string? Look()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "this is not Linux";
        }

        if (!Environment.Is64BitProcess)
        {
            return "the process is not a 64-bit one";
        }

        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addchdir_np", out _))
        {
            return "the C library has no posix_spawn_file_actions_addchdir_np (glibc 2.29, musl 1.1.24)";
        }

        int pidfd = LibC.PidfdOpen(LibC.GetPid());
        if (pidfd < 0)
        {
            return "the kernel has no pidfd_open (Linux 5.3)";
        }

        _ = LibC.Close(pidfd);
        return File.Exists(Orphans.ChildrenPath) ? null : $"{Orphans.ChildrenPath} is not there (CONFIG_PROC_CHILDREN)";
    }
}
