namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// Orphans that have left session, parents and environment: nothing in them names their command. But whoever started one
/// was started before it and had not ended yet. When all who may have are gone, it is ended; when only one may have, it
/// is that one's. For the loop's thread only.
/// </summary>
internal sealed class Strays
{
    /// <summary>Of commands that ended longer ago every orphan has been seen: there is a look each second.</summary>
    private const long RememberMilliseconds = 5_000;

    private readonly Queue<(long From, long To, long Until)> _ended = new();
    private readonly Dictionary<(int Pid, long StartTime), HashSet<LinuxProcess>> _suspects = [];
    private readonly Dictionary<(int Pid, long StartTime), Action> _recorded = [];

    /// <summary>Whether there is anything to judge: some runner of this service has asked for it.</summary>
    public bool IsOn { get; set; }

    /// <summary>Remembers when a command ran.</summary>
    public void Ended(LinuxProcess process)
    {
        if (IsOn)
        {
            _ended.Enqueue((process.Start.From, BootClock.Now, Environment.TickCount64 + RememberMilliseconds));
        }
    }

    /// <summary>Whether it must end now, and whose it is while that can be told.</summary>
    public (bool Ends, LinuxProcess? Owner) Judge(ProcStat process, IEnumerable<LinuxProcess> running)
    {
        if (!IsOn)
        {
            return default;
        }

        if (!_suspects.TryGetValue((process.Pid, process.StartTime), out HashSet<LinuxProcess>? suspects))
        {
            suspects = [.. running.Where(command => command.Start.From <= process.StartTime)];
            if (suspects.Count == 0 && !MayBeOfAnEnded(process))
            {
                return default; // It is older than every command: other code's.
            }

            _suspects.Add((process.Pid, process.StartTime), suspects);
            if (suspects.Select(suspect => suspect.RecordStray(process)).FirstOrDefault(static forget => forget is not null) is { } forget)
            {
                _recorded.Add((process.Pid, process.StartTime), forget);
            }
        }

        suspects.IntersectWith(running);
        return (suspects.Count == 0, suspects.Count == 1 ? suspects.First() : null);
    }

    /// <summary>Forgets those that are no longer there.</summary>
    public void Forget(IReadOnlyCollection<int> children)
    {
        if (_suspects.Count > 0)
        {
            foreach ((int Pid, long StartTime) gone in _suspects.Keys.Where(key => !children.Contains(key.Pid)).ToList())
            {
                _suspects.Remove(gone);
                if (_recorded.Remove(gone, out Action? forget))
                {
                    forget();
                }
            }
        }
    }

    private bool MayBeOfAnEnded(ProcStat process)
    {
        long now = Environment.TickCount64;
        while (_ended.TryPeek(out (long From, long To, long Until) oldest) && oldest.Until < now)
        {
            _ended.Dequeue();
        }

        return _ended.Any(command => command.From <= process.StartTime && process.StartTime <= command.To);
    }
}
