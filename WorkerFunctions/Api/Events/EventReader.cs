namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>One reader of a job's events: what it knows of the job, and how far it is.</summary>
internal sealed class EventReader(string jobId, string[] steps, EventCursor cursor)
{
    public string JobId => jobId;

    /// <summary>The names of the job's steps in the document's order.</summary>
    public IReadOnlyList<string> Steps => steps;

    public EventCursor Cursor => cursor;

    /// <summary>The id of an event that is sent now.</summary>
    public string Id() => CursorText.Write(jobId, cursor);
}
