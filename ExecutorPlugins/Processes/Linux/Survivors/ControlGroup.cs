using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>The directory of a cgroup v2.</summary>
internal sealed unsafe class ControlGroup(string directory)
{
    /// <summary>What the names of our groups begin with.</summary>
    public const string Prefix = "funcexec-";

    public string FullPath => directory;

    /// <summary>Whether it is still there.</summary>
    public bool Exists => File.Exists(Path.Combine(directory, "cgroup.procs"));

    /// <summary>Moves this process, with all its threads and so with its later children; answers 0 or the error number.</summary>
    public int Enter() => WriteFile("cgroup.procs", "0"u8);

    /// <summary>Ends every process in it and below at once; false where the kernel cannot (before Linux 5.14).</summary>
    public bool Kill() => WriteFile("cgroup.kill", "1"u8) == 0;

    /// <summary>The ids of the processes in it and below.</summary>
    public IReadOnlyList<int> ReadProcesses()
    {
        List<int> processes = [];
        AddProcesses(directory, processes);
        return processes;
    }

    /// <summary>Removes it and what is below, if no process is left there.</summary>
    public bool TryRemove()
    {
        foreach (string below in Below(directory))
        {
            _ = new ControlGroup(below).TryRemove();
        }

        return LibC.RemoveDirectory(directory) == 0 || Marshal.GetLastPInvokeError() == LibC.ENoEnt;
    }

    /// <summary>Removes those of our groups below it that nobody is in: a kill leaves them.</summary>
    public void RemoveEmptyOnesBelow()
    {
        foreach (string below in Below(directory))
        {
            if (Path.GetFileName(below).StartsWith(Prefix, StringComparison.Ordinal))
            {
                _ = new ControlGroup(below).TryRemove();
            }
        }
    }

    private static string[] Below(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // It was removed meanwhile, or is not ours to look into.
        }
    }

    private static void AddProcesses(string directory, List<int> processes)
    {
        try
        {
            foreach (string line in File.ReadLines(Path.Combine(directory, "cgroup.procs")))
            {
                if (int.TryParse(line, out int id) && id > 0)
                {
                    processes.Add(id);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return; // As above.
        }

        foreach (string below in Below(directory))
        {
            AddProcesses(below, processes);
        }
    }

    private int WriteFile(string name, ReadOnlySpan<byte> text)
    {
        int fd = LibC.Open(Path.Combine(directory, name), LibC.OpenWriteOnly | LibC.CloseOnExec);
        if (fd < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        fixed (byte* start = text)
        {
            int error = LibC.Write(fd, start, text.Length) == text.Length ? 0 : Marshal.GetLastPInvokeError();
            _ = LibC.Close(fd);
            return error;
        }
    }
}
