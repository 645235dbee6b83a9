using System.Collections.Concurrent;
using System.Diagnostics;

namespace FuncExec.Runtime.Engine.Tests.Tracing;

/// <summary>Takes the spans of one trace, which it begins; those of other tests go by.</summary>
internal sealed class KeptSpans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = new();

    public KeptSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.DurableTask",
            Sample = Sample,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Who called from outside.</summary>
    public ActivitySpanId Caller { get; } = ActivitySpanId.CreateRandom();

    /// <summary>What has ended, in order.</summary>
    public IReadOnlyList<Activity> All => [.. _spans];

    /// <summary>Begins what is traced.</summary>
    public Activity Enter()
    {
        Activity caller = new("caller");
        caller.SetParentId(_trace, Caller, ActivityTraceFlags.Recorded);
        caller.TraceStateString = "vendor=1";
        return caller.Start();
    }

    /// <summary>The only one of that name and kind.</summary>
    public Activity One(string name, ActivityKind kind) => Assert.Single(_spans, span => span.DisplayName == name && span.Kind == kind);

    public void Dispose() => _listener.Dispose();

    // Only what is in a trace of a test that asks for it.
    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> options) =>
        options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None;

    private void Keep(Activity span)
    {
        if (span.TraceId == _trace)
        {
            _spans.Enqueue(span);
        }
    }
}
