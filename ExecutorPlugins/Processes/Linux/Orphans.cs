using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// The service's children that it has not started itself: what commands left behind. The kernel gives orphans to the
/// subreaper's main thread, so that its list of children, usually empty, tells at the price of one system call whether
/// there are any. For the loop's thread only.
/// </summary>
internal sealed unsafe class Orphans
{
    private readonly ProcessLoop _loop;
    private readonly int _children;
    private readonly int _ownSession = LibC.GetSession(0);
    private readonly List<int> _ids = [];
    private readonly List<(ProcStat Process, LinuxProcess? Owner)> _found = [];
    private bool _fresh;

    public Orphans(ProcessLoop loop)
    {
        _loop = loop;
        _children = LibC.Open(ChildrenPath, LibC.OpenReadOnly | LibC.CloseOnExec);
        if (_children < 0)
        {
            throw new ProcessRunnerException($"'{ChildrenPath}' could not be read (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    /// <summary>The children of the service's main thread.</summary>
    public static string ChildrenPath { get; } = $"/proc/{Environment.ProcessId}/task/{Environment.ProcessId}/children";

    /// <summary>The living ones and the command that each belongs to, where that can be told; as of this round of the loop.</summary>
    public IReadOnlyList<(ProcStat Process, LinuxProcess? Owner)> Current
    {
        get
        {
            if (!_fresh)
            {
                Refresh();
            }

            return _found;
        }
    }

    /// <summary>Has the next use look again.</summary>
    public void Forget() => _fresh = false;

    /// <summary>Looks again, reaps the dead and ends what a finished command's tree has left.</summary>
    public void Refresh()
    {
        _fresh = true;
        _ids.Clear();
        _found.Clear();
        fixed (byte* buffer = _loop.Buffer)
        {
            nint length = LibC.ReadAt(_children, buffer, _loop.Buffer.Length, 0);
            ProcStat.ParseIds(new ReadOnlySpan<byte>(buffer, (int)Math.Max(0, length)), _ids);
        }

        if (_ids.Count == 0)
        {
            return;
        }

        // Asked between reading the list and comparing it: what was in the list and being started is registered by now.
        bool certain = !_loop.IsSpawning;
        foreach (int id in _ids)
        {
            if (_loop.FindByPid(id) is null && ProcStat.Read(id) is { } process)
            {
                Sort(process, certain);
            }
        }
    }

    private void Sort(ProcStat process, bool certain)
    {
        if (!process.IsAlive)
        {
            // What shares our session was started by other code of this service, which waits for it itself.
            if (process.Session != _ownSession && (certain || process.Session != process.Pid))
            {
                Reap(process.Pid);
            }

            return;
        }

        LinuxProcess? owner = _loop.FindByPid(process.Session);
        if (owner is null && ProcFile.ReadVariable(process.Pid, ProcessSpawner.MarkVariable) is { } mark)
        {
            (bool isOurs, owner) = _loop.ReadMark(mark);
            if (isOurs && owner is null && certain)
            {
                ProcessSignals.Send(process, LibC.SigKill);
                return;
            }
        }

        _found.Add((process, owner));
    }

    /// <summary>Lets the kernel forget an ended child.</summary>
    public static void Reap(int pid)
    {
        LibC.ExitInfo info = default;
        _ = LibC.WaitId(WaitKind.Pid, pid, &info, WaitOptions.Exited | WaitOptions.NoHang);
    }
}
