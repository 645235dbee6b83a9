namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>Who belongs to the command, and that the next life of the service would know it.</summary>
internal sealed unsafe partial class LinuxProcess
{
    /// <summary>So often at once it is tried to see everybody, before others have their turn.</summary>
    private const int MaxLooks = 3;

    private readonly HashSet<(int Pid, long StartTime)> _known = [];
    private readonly List<int> _recorded = [];

    /// <summary>
    /// Whether nothing of the tree lives but perhaps the leader: whoever does has an ancestor, or is himself, among the
    /// service's children, so a look that missed none of these is believed.
    /// </summary>
    private bool IsTreeGone()
    {
        for (int look = 1; Members().Count == 0; look++)
        {
            if (loop.Orphans.IsComplete)
            {
                return true;
            }

            if (look == MaxLooks)
            {
                return false;
            }

            loop.Orphans.Refresh();
        }

        return false;
    }

    /// <summary>
    /// The living members but the leader, who is looked below while he lives. Each gets the signal, if any, as soon as its
    /// children are known: once it is gone nothing may tell whose they were, and by the time that all are found some would have
    /// gone on to others.
    /// </summary>
    private List<ProcStat> Members(int signal = 0)
    {
        IReadOnlyList<(ProcStat Process, LinuxProcess? Owner)> orphans = loop.Orphans.Current;
        List<ProcStat> members = [];
        if (_exit is not null && orphans.Count == 0)
        {
            return members;
        }

        long began = BootClock.Now;
        foreach ((ProcStat orphan, LinuxProcess? owner) in orphans)
        {
            if (owner == this || Knows(orphan))
            {
                Add(orphan);
            }
        }

        if (_exit is null)
        {
            AddChildren(pid);
        }

        for (int i = 0; i < members.Count; i++)
        {
            // Those who start each other faster than this can look would keep it here for ever; the next look finds them.
            if (members[i].StartTime <= began)
            {
                AddChildren(members[i].Pid);
            }

            if (signal != 0 && members[i].Group != pid)
            {
                ProcessSignals.Send(members[i], signal);
            }
        }

        return members;

        void AddChildren(int parent)
        {
            List<int> ids = [];
            ProcStat.AddChildren(parent, ids);
            foreach (int id in ids)
            {
                // An id that meanwhile is another's has another parent.
                if (ProcStat.Read(id) is { IsAlive: true } child && child.Parent == parent)
                {
                    Add(child);
                }
            }
        }

        void Add(ProcStat member)
        {
            members.Add(member);

            // Known, it is recognised when its parents are gone.
            if (_known.Add((member.Pid, member.StartTime)))
            {
                Record(member);
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
