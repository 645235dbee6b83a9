using FuncExec.WorkerFunctions.Settings;

namespace FuncExec.Cli.Services;

/// <summary>Finds the data directory as the service does.</summary>
internal static class DataDirectories
{
    /// <summary>The setting's name in the environment.</summary>
    public const string Variable = "FuncExec__DataDirectory";

    /// <summary>The setting's name in a configuration.</summary>
    public const string Setting = "FuncExec:DataDirectory";

    private const string KeyFile = "key";

    /// <summary>The absolute path: what was given, else the variable's, else the default.</summary>
    /// <exception cref="CliException">What was given is no path.</exception>
    public static string Resolve(string? given)
    {
        string path = given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : AppOptionsReader.DefaultDirectory());
        return path.Length > 0 && !path.Contains('\0')
            ? Path.GetFullPath(path)
            : throw new CliException("--data-directory needs the name of a directory.");
    }

    /// <summary>Makes a directory that is not there, for its owner only, and tries whether it can be written to.</summary>
    /// <exception cref="CliException">It cannot be used.</exception>
    public static void Prepare(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            string probe = Path.Combine(directory, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CliException($"The data directory {directory} cannot be written to: {exception.Message} Make it writable for this user, or name another with --data-directory.", exception);
        }
    }

    /// <summary>The key that a data directory holds; null when it holds none.</summary>
    /// <exception cref="CliException">It may not be read.</exception>
    public static string? ReadKey(string directory)
    {
        string path = Path.Combine(directory, KeyFile);
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The key in {path} cannot be read: {exception.Message} Hand it over with --key or FUNCEXEC_KEY.", exception);
        }
    }
}
