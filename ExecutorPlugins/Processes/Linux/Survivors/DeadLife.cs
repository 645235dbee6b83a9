namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>
/// What an earlier life of the service has left running: what it had recorded, their sessions, whatever carries its mark
/// or is in its control group, and the descendants of all of these. Never this process, nor those it descends from.
/// </summary>
internal sealed class DeadLife(SurvivorFile file)
{
    private readonly HashSet<int> _spared = SelfAndAncestors();

    /// <summary>Its control group, or null when it had none or it is gone.</summary>
    public ControlGroup? Group { get; } = file.ControlGroup.Length > 0 && new ControlGroup(file.ControlGroup) is { Exists: true } group ? group : null;

    /// <summary>Whether everything in its group may be ended at once: not when this process runs within it.</summary>
    public bool OwnsGroup => Group is not null && !Group.ReadProcesses().Any(_spared.Contains);

    /// <summary>Those that live now.</summary>
    /// <exception cref="ProcessTableException">It cannot be told now.</exception>
    public IReadOnlyList<ProcStat> FindSurvivors()
    {
        Dictionary<int, ProcStat> living = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int id) && ProcStat.Read(id) is { IsAlive: true } process)
            {
                living[id] = process;
            }
        }

        HashSet<int> inGroup = [.. Group?.ReadProcesses() ?? []];
        ILookup<int, ProcStat> children = living.Values.ToLookup(static process => process.Parent);
        Dictionary<int, ProcStat> found = [];
        Queue<ProcStat> open = new(living.Values.Where(process => IsRecorded(process, living) || inGroup.Contains(process.Pid) || HasMark(process)));
        while (open.TryDequeue(out ProcStat? process))
        {
            if (!_spared.Contains(process.Pid) && found.TryAdd(process.Pid, process))
            {
                foreach (ProcStat child in children[process.Pid])
                {
                    open.Enqueue(child);
                }
            }
        }

        return [.. found.Values];
    }

    /// <summary>Itself, or in a session that a recorded one leads or led.</summary>
    private bool IsRecorded(ProcStat process, Dictionary<int, ProcStat> living)
    {
        foreach (SurvivorRecord record in file.Records)
        {
            bool leaderIsAnother = living.TryGetValue(record.Pid, out ProcStat? leader) && !record.Is(leader);
            if (record.Is(process) || (process.Session == record.Pid && process.StartTime >= record.From && !leaderIsAnother))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasMark(ProcStat process) =>
        ProcFile.ReadVariable(process.Pid, ProcessSpawner.MarkVariable) is { } mark
        && mark.Split('/').Any(part => part.StartsWith(file.MarkPrefix, StringComparison.Ordinal));

    private static HashSet<int> SelfAndAncestors()
    {
        HashSet<int> spared = [];
        for (int id = Environment.ProcessId; id > 0 && spared.Add(id); id = ProcStat.Read(id)?.Parent ?? 0)
        {
        }

        return spared;
    }
}
