namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>Who belongs to the command, and that the next life of the service would know it.</summary>
internal sealed unsafe partial class LinuxProcess
{
    private readonly HashSet<(int Pid, long StartTime)> _known = [];
    private readonly List<int> _recorded = [];

    /// <summary>
    /// Whether nothing of the tree lives but perhaps the leader. A list of children may miss one while another ends, so
    /// only an empty list is believed at once.
    /// </summary>
    private bool IsTreeGone()
    {
        if (loop.Orphans.Current.Count > 0)
        {
            if (Members().Count > 0)
            {
                return false;
            }

            loop.Orphans.Refresh();
        }

        return Members().Count == 0;
    }

    private IReadOnlyList<ProcStat> Members()
    {
        IReadOnlyList<(ProcStat Process, LinuxProcess? Owner)> orphans = loop.Orphans.Current;
        if (_exit is not null && orphans.Count == 0)
        {
            return [];
        }

        List<ProcStat> members = [];
        foreach ((ProcStat orphan, LinuxProcess? owner) in orphans)
        {
            if (owner == this || _known.Contains((orphan.Pid, orphan.StartTime)))
            {
                members.Add(orphan);
            }
        }

        if (_exit is null)
        {
            AddChildren(pid, members);
        }

        for (int i = 0; i < members.Count; i++)
        {
            // Known, it is recognised when its parents are gone.
            if (_known.Add((members[i].Pid, members[i].StartTime)))
            {
                Record(members[i]);
            }

            AddChildren(members[i].Pid, members);
        }

        return members;
    }

    /// <summary>Adds the living children; an id that meanwhile is another's has another parent.</summary>
    private static void AddChildren(int parent, List<ProcStat> members)
    {
        List<int> ids = [];
        ProcStat.AddChildren(parent, ids);
        foreach (int id in ids)
        {
            if (ProcStat.Read(id) is { IsAlive: true } child && child.Parent == parent)
            {
                members.Add(child);
            }
        }
    }

    /// <summary>Has the next life of the service know it, should this one be killed.</summary>
    private void Record(int id, long from, long to)
    {
        if (journal is not null)
        {
            _recorded.Add(journal.Add(id, from, to));
        }
    }

    /// <summary>The same of one that may be this command's or another's; answers how to forget it, or null when it is not recorded.</summary>
    public Action? RecordStray(ProcStat stray)
    {
        try
        {
            return journal?.Add(stray.Pid, stray.StartTime, stray.StartTime) is { } place ? () => journal.Remove(place) : null;
        }
        catch (ProcessRunnerException exception)
        {
            LinuxProcessLog.NotRecorded(logger, stray.Pid, exception);
            return null;
        }
    }

    /// <summary>Who left the leader's session would not be found by it; everyone else is.</summary>
    private void Record(ProcStat member)
    {
        if (member.Session == pid)
        {
            return;
        }

        try
        {
            Record(member.Pid, member.StartTime, member.StartTime);
        }
        catch (ProcessRunnerException exception)
        {
            LinuxProcessLog.NotRecorded(logger, member.Pid, exception);
        }
    }

    private void Forget()
    {
        _recorded.ForEach(slot => journal!.Remove(slot));
        _recorded.Clear();
    }
}
