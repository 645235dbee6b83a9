using System.Globalization;

namespace FuncExec.Runtime.SqliteFiles.Opening;

/// <summary>
/// Keeps a data directory for one process: an operating-system lock on <c>hub.lock</c> (of a hub), which ends with the process
/// however that ends. The holder's pid is in <c>hub.pid</c>, since a locked file cannot be read.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes it; fails as a start does when another process holds it or the directory cannot be written.</summary>
    internal static DirectoryLock Take(string directory, StoreKind kind)
    {
        string lockPath = Path.Combine(directory, kind.Name + ".lock");
        string pidPath = Path.Combine(directory, kind.Name + ".pid");
        FileStream file;
        try
        {
            file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(directory, kind, e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw kind.CannotStart($"The data directory '{directory}' does not exist. Create it, or set another one.", e);
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw kind.CannotStart(
                $"The data directory '{directory}' is in use by process {ReadPid(pidPath)}. Stop that process, or give "
                + "this one a data directory of its own.", e);
        }
        catch (IOException e)
        {
            throw NotWritable(directory, kind, e);
        }

        try
        {
            File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw NotWritable(directory, kind, e);
        }

        return new DirectoryLock(file);
    }

    // The files stay: removing a lock file lets two processes hold "the" lock.
    public void Dispose() => _file.Dispose();

    private static string ReadPid(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "(unknown: it is just starting)";
        }
        catch (UnauthorizedAccessException)
        {
            return "(unknown: its pid file cannot be read)";
        }
    }

    private static Exception NotWritable(string directory, StoreKind kind, Exception e) => kind.CannotStart(
        $"The data directory '{directory}' cannot be written by user '{Environment.UserName}': {e.Message} "
        + "Correct its owner, mode or free space, or set another directory.", e);
}
