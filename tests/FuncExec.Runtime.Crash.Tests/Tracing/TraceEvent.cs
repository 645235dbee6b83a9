namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>What the kernel was asked to do to a file that matters here, or a line of the journal.</summary>
internal abstract record TraceEvent
{
    private TraceEvent() { }

    /// <summary>A file exists from now on, if it did not.</summary>
    public sealed record Created(string Path) : TraceEvent;

    /// <summary>Bytes were written.</summary>
    public sealed record Wrote(string Path, long Offset, byte[] Data) : TraceEvent;

    /// <summary>A file was cut or made longer.</summary>
    public sealed record Resized(string Path, long Length) : TraceEvent;

    /// <summary>All that was written to the file is on the disk.</summary>
    public sealed record Synced(string Path) : TraceEvent;

    /// <summary>A file is gone.</summary>
    public sealed record Deleted(string Path) : TraceEvent;

    /// <summary>The host began to write a line of its journal.</summary>
    public sealed record Marked(string Line) : TraceEvent;
}
