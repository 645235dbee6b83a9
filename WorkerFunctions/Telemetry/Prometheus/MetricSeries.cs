namespace FuncExec.WorkerFunctions.Telemetry.Prometheus;

/// <summary>The values of a series' labels, in the order of their names.</summary>
internal readonly record struct SeriesKey(string? First, string? Second, string? Third);

/// <summary>One series of a family: a sum or a last value, and for a histogram its buckets.</summary>
/// <param name="labels">Names and values of its labels.</param>
/// <param name="bounds">The upper bounds of a histogram's buckets; empty for other kinds.</param>
internal sealed class MetricSeries(IReadOnlyList<KeyValuePair<string, string>> labels, double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;
    private bool _isSeen;

    /// <summary>Names and values of its labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels => labels;

    /// <summary>Adds to the sum.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _sum += value;
            _isSeen = true;
        }
    }

    /// <summary>Counts an observation of a histogram.</summary>
    public void Observe(double value)
    {
        int bucket = Array.BinarySearch(bounds, value);
        lock (_gate)
        {
            _counts[bucket < 0 ? ~bucket : bucket]++;
            _sum += value;
            _isSeen = true;
        }
    }

    /// <summary>Forgets what was read: the next look adds it up anew.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _sum = 0;
            _isSeen = false;
        }
    }

    /// <summary>What it is now; null when the last look did not find it.</summary>
    public (double Sum, long[] Counts)? Read()
    {
        lock (_gate)
        {
            return _isSeen ? (_sum, [.. _counts]) : null;
        }
    }
}
