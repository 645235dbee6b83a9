namespace FuncExec.WorkerFunctions.Telemetry.Prometheus;

/// <summary>The values of a series' labels, in the order of their names.</summary>
internal readonly record struct SeriesKey(string? First, string? Second, string? Third);

/// <summary>One series of a family: a sum or a last value, and for a histogram its buckets.</summary>
internal sealed class MetricSeries
{
    private readonly double[] _bounds;
    private readonly object?[] _values;
    private readonly Lock _gate = new();
    private readonly long[] _counts;
    private double _sum;
    private bool _isSeen;

    /// <summary>Begins a series.</summary>
    /// <param name="labels">Names and values of its labels.</param>
    /// <param name="bounds">The upper bounds of a histogram's buckets; empty for other kinds.</param>
    /// <param name="tags">The tags that it was found by first.</param>
    public MetricSeries(IReadOnlyList<KeyValuePair<string, string>> labels, double[] bounds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Labels = labels;
        _bounds = bounds;
        _counts = new long[bounds.Length + 1];
        _values = new object?[tags.Length];
        for (int i = 0; i < tags.Length; i++)
        {
            _values[i] = tags[i].Value;
        }
    }

    /// <summary>Names and values of its labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    /// <summary>Whether the tags are the very objects that it was found by first.</summary>
    public bool IsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _values.Length)
        {
            return false;
        }

        for (int i = 0; i < tags.Length; i++)
        {
            if (!ReferenceEquals(tags[i].Value, _values[i]))
            {
                return false;
            }
        }

        return true;
    }

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
        int bucket = Array.BinarySearch(_bounds, value);
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
