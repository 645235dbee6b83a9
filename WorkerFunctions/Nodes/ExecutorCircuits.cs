using FuncExec.ExecutorPlugins;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// Takes executors out of this node's rotation that are not healthy: their label goes, and what asks for it is left to other nodes or
/// waits. Opened by some failed checks in a row, for one may be chance; while it is open the checks go on as its probes, and some good
/// ones in a row close it.
/// </summary>
public sealed class ExecutorCircuits
{
    /// <summary>How many checks in a row must say the other thing.</summary>
    internal const int Checks = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _streaks = new(StringComparer.Ordinal);
    private HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>An executor was taken out, or is back.</summary>
    public event Action? Changed;

    /// <summary>Whether an executor is out of the rotation.</summary>
    public bool IsOpen(string executor) => Volatile.Read(ref _open).Contains(executor);

    /// <summary>Takes note of a check of all executors.</summary>
    public void Observe(IReadOnlyList<ExecutorStatus> statuses)
    {
        ArgumentNullException.ThrowIfNull(statuses);
        bool hasChanged = false;
        lock (_gate)
        {
            foreach (ExecutorStatus status in statuses.Where(static status => status.Description.IsEnabled && status.Health is not null))
            {
                hasChanged |= Note(status.Description.Name, status.Health!.IsHealthy);
            }
        }

        if (hasChanged)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Counts checks that say the other thing than what is so; answers whether that is so now.</summary>
    private bool Note(string executor, bool isHealthy)
    {
        if (isHealthy != _open.Contains(executor))
        {
            _streaks[executor] = 0;
            return false;
        }

        if (++System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_streaks, executor, out _) < Checks)
        {
            return false;
        }

        HashSet<string> open = new(_open, StringComparer.Ordinal);
        _ = isHealthy ? open.Remove(executor) : open.Add(executor);
        Volatile.Write(ref _open, open);
        _streaks[executor] = 0;
        return true;
    }
}
