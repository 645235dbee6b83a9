using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FuncExec.Runtime.SqliteFiles.Writing;

/// <summary>A store's instruments. Nothing is recorded while nobody listens.</summary>
internal static class StoreMetrics
{
    private static readonly Meter Meter = new("FuncExec.Runtime");

    private static readonly Histogram<double> Commits = Meter.CreateHistogram(
        "funcexec.runtime.commit.duration", "s", "How long a store took to make a group of changes durable.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private static readonly Histogram<long> Groups = Meter.CreateHistogram(
        "funcexec.runtime.commit.group.size", "{change}", "How many changes a store made durable at once.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000] });

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "funcexec.runtime.store.errors", "{error}", "Calls of a store that failed because it could not be used.");

    /// <summary>When a group begins; 0 while nobody wants to know.</summary>
    internal static long Begin() => Commits.Enabled || Groups.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>A group that began so is durable.</summary>
    internal static void Committed(long begun, StoreKind kind, int size)
    {
        if (begun != 0)
        {
            Commits.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new KeyValuePair<string, object?>("store", kind.Name));
            Groups.Record(size, new KeyValuePair<string, object?>("store", kind.Name));
        }
    }

    /// <summary>So many calls failed because the store could not be used.</summary>
    internal static void Failed(StoreKind kind, int calls) => Errors.Add(calls, new KeyValuePair<string, object?>("store", kind.Name));
}
