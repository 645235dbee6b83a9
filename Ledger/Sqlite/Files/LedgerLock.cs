using System.Globalization;

namespace FuncExec.Ledger.Sqlite.Files;

/// <summary>
/// Keeps the ledger of a data directory for one process: an operating-system lock on <c>ledger.lock</c>, which ends with the process
/// however that ends. The holder's pid is in <c>ledger.pid</c>, since a locked file cannot be read.
/// </summary>
internal sealed class LedgerLock : IDisposable
{
    private readonly FileStream _file;

    private LedgerLock(FileStream file) => _file = file;

    /// <exception cref="LedgerStartException">Another process holds it, or the directory cannot be written.</exception>
    internal static LedgerLock Take(string directory)
    {
        string lockPath = Path.Combine(directory, "ledger.lock");
        string pidPath = Path.Combine(directory, "ledger.pid");
        FileStream file;
        try
        {
            file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(directory, e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new LedgerStartException($"The data directory '{directory}' does not exist. Create it, or set another one.", e);
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw new LedgerStartException(
                $"The data directory '{directory}' is in use by process {ReadPid(pidPath)}. Stop that process, or give "
                + "this one a data directory of its own.", e);
        }
        catch (IOException e)
        {
            throw NotWritable(directory, e);
        }

        try
        {
            File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw NotWritable(directory, e);
        }

        return new LedgerLock(file);
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

    private static LedgerStartException NotWritable(string directory, Exception e) => new(
        $"The data directory '{directory}' cannot be written by user '{Environment.UserName}': {e.Message} "
        + "Correct its owner, mode or free space, or set another directory.", e);
}
