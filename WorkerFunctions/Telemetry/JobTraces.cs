using System.Diagnostics;
using System.Text;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Telemetry;

/// <summary>
/// Keeps which trace a job belongs to beside its document, so that it goes on there whoever starts the job, and a rerun can
/// point back. Nothing is kept of a job that came without one.
/// </summary>
public sealed class JobTraces(IBlobStore blobs)
{
    private const string Name = "trace";

    /// <summary>More than W3C allows the two to have.</summary>
    private const int MostBytes = 1_024;

    /// <summary>The trace that is current because somebody outside is in it, or because it is recorded; else null.</summary>
    public static ActivityContext? Current
    {
        get
        {
            if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } current)
            {
                return null;
            }

            Activity root = current;
            while (root.Parent is { } parent)
            {
                root = parent;
            }

            // What this process made up for its own logs leads nowhere.
            return root.ParentId is not null || current.Recorded ? current.Context : null;
        }
    }

    /// <summary>Keeps the present trace for a job; false when there is none.</summary>
    public async Task<bool> KeepAsync(string jobId, CancellationToken cancellationToken)
    {
        if (Current is not { } context)
        {
            return false;
        }

        string parent = $"00-{context.TraceId}-{context.SpanId}-{(byte)context.TraceFlags:x2}";
        byte[] content = Encoding.UTF8.GetBytes($"{parent}\n{context.TraceState}");
        if (content.Length > MostBytes)
        {
            content = Encoding.UTF8.GetBytes(parent + "\n");
        }

        await blobs.WriteAsync(new BlobName(jobId, Name), content, cancellationToken);
        return true;
    }

    /// <summary>The trace that was kept for a job, or null.</summary>
    public async Task<ActivityContext?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MostBytes];
        int length = await blobs.ReadAsync(new BlobName(jobId, Name), 0, buffer, cancellationToken);
        string[] lines = Encoding.UTF8.GetString(buffer, 0, length).Split('\n', 2);
        return ActivityContext.TryParse(lines[0], lines.Length == 2 && lines[1].Length > 0 ? lines[1] : null, isRemote: true, out ActivityContext context)
            ? context
            : null;
    }

    /// <summary>Makes a kept trace the current one by a span that is written nowhere; null for none.</summary>
    public static Activity? Enter(ActivityContext? context)
    {
        if (context is not { } kept)
        {
            return null;
        }

        Activity current = new Activity("job").SetParentId(kept.TraceId, kept.SpanId, kept.TraceFlags);
        current.TraceStateString = kept.TraceState;
        return current.Start();
    }
}
