using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FuncExec.WorkerFunctions.Telemetry.Prometheus;

/// <summary>What a Prometheus family is of.</summary>
internal enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter = 1,

    /// <summary>A value, or a sum that also shrinks.</summary>
    Gauge,

    /// <summary>A distribution.</summary>
    Histogram,
}

/// <summary>All instruments of one name, such as those of several engines in a process, added up by their labels.</summary>
internal sealed class MetricFamily
{
    /// <summary>Past so many series all others are one: a mistake in a label must not fill the memory.</summary>
    public const int MostSeries = 1_000;

    /// <summary>The value of every label of that one.</summary>
    public const string Other = "_other";

    private const int MostLabels = 3;

    private static readonly double[] DefaultBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

    private readonly ConcurrentDictionary<SeriesKey, MetricSeries> _series = new();
    private readonly double[] _bounds;
    private volatile MetricSeries? _latest;

    /// <summary>The family of an instrument.</summary>
    public MetricFamily(Instrument instrument)
    {
        Kind = KindOf(instrument);
        IsObservable = instrument.IsObservable;
        Name = PrometheusNames.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
        _bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
    }

    public MetricKind Kind { get; }

    /// <summary>Whether its values are read at each look, instead of being recorded as they come.</summary>
    public bool IsObservable { get; }

    public string Name { get; }

    public string Help { get; }

    /// <summary>The upper bounds of its buckets.</summary>
    public IReadOnlyList<double> Bounds => _bounds;

    public IEnumerable<MetricSeries> Series => _series.Values;

    /// <summary>Takes a measurement. Allocates nothing for a series that is known.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries series = Find(tags);
        if (Kind == MetricKind.Histogram)
        {
            series.Observe(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Before a look at what is read.</summary>
    public void Clear()
    {
        foreach (MetricSeries series in _series.Values)
        {
            series.Clear();
        }
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // Mostly it is the one of before, told by the very same texts: no need to read them.
        if (_latest is { } latest && latest.IsOf(tags))
        {
            return latest;
        }

        SeriesKey key = new(ValueOf(tags, 0), ValueOf(tags, 1), ValueOf(tags, 2));
        if (!_series.TryGetValue(key, out MetricSeries? series))
        {
            series = AddSeries(key, tags);
        }

        _latest = series;
        return series;
    }

    private MetricSeries AddSeries(SeriesKey key, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        bool isOther = _series.Count >= MostSeries;
        int count = Math.Min(tags.Length, MostLabels);
        KeyValuePair<string, string>[] labels = new KeyValuePair<string, string>[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = new(tags[i].Key, isOther ? Other : ValueOf(tags, i) ?? "");
        }

        key = isOther ? new SeriesKey(Other, Other, Other) : key;
        return _series.GetOrAdd(key, new MetricSeries(labels, _bounds, tags));
    }

    private static string? ValueOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) =>
        index < tags.Length ? tags[index].Value as string ?? tags[index].Value?.ToString() ?? "" : null;

    private static MetricKind KindOf(Instrument instrument)
    {
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? MetricKind.Counter
            : kind == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Instrument<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Instrument<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => DefaultBounds,
    };
}
