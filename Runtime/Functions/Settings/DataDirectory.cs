using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>The directory that belongs to this service.</summary>
internal static class DataDirectory
{
    /// <summary>The setting that names it.</summary>
    public const string Setting = "FuncExec:DataDirectory";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Finds the directory, makes it where there is none, and tries whether it can be written to.</summary>
    /// <exception cref="FunctionsStartException">It cannot be used.</exception>
    public static string Open(IConfiguration app)
    {
        string path = Path.GetFullPath(app[Setting] is { Length: > 0 } given ? given : Default());
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }

            string probe = Path.Combine(path, $".probe-{Environment.ProcessId}-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FunctionsStartException(
                $"The data directory {path} cannot be written to: {exception.Message} Make it writable for this user, or name another with FuncExec__DataDirectory.", exception);
        }
    }

    private static string Default()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? state = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS()
                ? Path.Combine(home, "Library", "Application Support")
                : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)
                    ? xdg
                    : Path.Combine(home, ".local", "state");
        return home.Length == 0 && string.IsNullOrEmpty(state)
            ? throw new FunctionsStartException("This user has no home directory. Name the data directory with FuncExec__DataDirectory.")
            : Path.Combine(state, "funcexec");
    }
}
