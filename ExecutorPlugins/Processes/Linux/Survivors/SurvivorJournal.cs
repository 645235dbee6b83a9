using Microsoft.Win32.SafeHandles;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>
/// What runs in this life of the service, in a file that is locked while it lives. Nothing is synced: after a loss of power
/// there are no survivors, and the boot's id tells.
/// </summary>
internal sealed class SurvivorJournal : IDisposable
{
    /// <summary>So many places are added at a time, so that a full disk is met before a command runs.</summary>
    private const int Growth = 256;

    private const int MostAttempts = 20;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private int _places;

    private SurvivorJournal(string path, SafeFileHandle file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Begins the file of this life.</summary>
    /// <exception cref="ProcessRunnerException">The directory cannot be written to.</exception>
    public static SurvivorJournal Create(string directory, SurvivorFile life)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            for (int attempt = 1; ; attempt++)
            {
                if (TryBegin(directory, life, isLast: attempt == MostAttempts) is { } journal)
                {
                    return journal;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProcessRunnerException($"What is started could not be recorded in '{directory}': {exception.Message} Make room there, or the right to write.", exception);
        }
    }

    /// <summary>
    /// A file is made and then locked, in two steps: between them another service that starts over the same directory may
    /// take it for a dead life's and delete it. Null when that has happened.
    /// </summary>
    private static SurvivorJournal? TryBegin(string directory, SurvivorFile life, bool isLast)
    {
        string path = Path.Combine(directory, $"{Guid.NewGuid():N}{SurvivorFile.Suffix}");
        string unfinished = path + SurvivorFile.UnfinishedSuffix;
        SafeFileHandle? file = null;
        try
        {
            // Locked under another name first: nobody may take it for a dead life's before it is.
            file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            RandomAccess.Write(file, life.Header(), 0);
            File.Move(unfinished, path);
            SurvivorJournal journal = new(path, file);
            journal.Grow();
            return journal;
        }
        catch (IOException exception) when (!isLast && (exception is FileNotFoundException || (file is null && Directory.Exists(directory))))
        {
            file?.Dispose();
            return null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Records a process; answers the place to give back.</summary>
    /// <exception cref="ProcessRunnerException">It could not be recorded.</exception>
    public int Add(int pid, long from, long to)
    {
        lock (_gate)
        {
            if (_file.IsClosed)
            {
                throw new ProcessRunnerException("A process was not started: the service has stopped.");
            }

            try
            {
                if (_free.Count == 0)
                {
                    Grow();
                }

                Write(_free.Peek(), new SurvivorRecord(pid, from, to));
                return _free.Pop();
            }
            catch (IOException exception)
            {
                throw new ProcessRunnerException($"A process could not be recorded in '{_path}' and was not started: {exception.Message} Make room on the disk.", exception);
            }
        }
    }

    /// <summary>Gives a place back, when its process has ended.</summary>
    public void Remove(int place)
    {
        lock (_gate)
        {
            if (_file.IsClosed)
            {
                return;
            }

            Write(place, default);
            _free.Push(place);
        }
    }

    /// <summary>Ends the life: nothing of it runs any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_file.IsClosed)
            {
                File.Delete(_path);
                _file.Dispose();
            }
        }
    }

    /// <summary>Adds empty places, written whole: later writes there need no more room on the disk.</summary>
    private void Grow()
    {
        RandomAccess.Write(_file, new byte[Growth * SurvivorFile.PlaceSize], Offset(_places));
        for (int place = _places + Growth - 1; place >= _places; place--)
        {
            _free.Push(place);
        }

        _places += Growth;
    }

    private void Write(int place, SurvivorRecord record)
    {
        Span<byte> bytes = stackalloc byte[SurvivorFile.PlaceSize];
        SurvivorFile.Write(bytes, record);
        RandomAccess.Write(_file, bytes, Offset(place));
    }

    private static long Offset(int place) => SurvivorFile.HeaderSize + ((long)place * SurvivorFile.PlaceSize);
}
