namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Tells whether the machine has been started since the cache was used. What was unpacked before may not have reached the
/// disk, and is unpacked again: that is cheaper than waiting for the disk with every file.
/// </summary>
internal static class BootMark
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Answers whether this is still the boot that the mark in a directory names, and marks it with the present one.</summary>
    public static bool Renew(string directory)
    {
        string path = Path.Combine(directory, "boot");
        string present = Current();
        if (File.Exists(path) && File.ReadAllText(path) == present)
        {
            return true;
        }

        File.WriteAllText(path, present);
        return false;
    }

    /// <summary>Where the system does not tell, each process counts as a boot of its own.</summary>
    private static string Current() => File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : Guid.NewGuid().ToString("N");
}
