namespace FuncExec.Orchestrator.Jobs;

/// <summary>What stands for chance where a repetition must give the same again: spread like it, and a function of its name.</summary>
public static class Chance
{
    /// <summary>A number from -1 to below 1 that belongs to an attempt of a task.</summary>
    public static double Of(string jobId, string taskId, int attempt)
    {
        ulong hash = Add(Add(Add(14_695_981_039_346_656_037, jobId), taskId), ((char)attempt).ToString());

        // FNV leaves neighbours near each other; this is the finisher of SplitMix64.
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        hash ^= hash >> 31;
        return ((hash >> 11) * (1.0 / (1UL << 52))) - 1;
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (char c in text)
        {
            hash = (hash ^ c) * 1_099_511_628_211;
        }

        return (hash ^ 0x1F) * 1_099_511_628_211;
    }
}
