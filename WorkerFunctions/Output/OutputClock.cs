namespace FuncExec.WorkerFunctions.Output;

/// <summary>The delays of output; the two short ones are shared by all attempts of the process, so that none has a timer of its own.</summary>
/// <param name="time">The clock.</param>
/// <param name="patience">How long a store that fails is waited for.</param>
internal sealed class OutputClock(TimeProvider time, TimeSpan patience) : IDisposable
{
    /// <summary>How long bytes wait for more before they are stored.</summary>
    public static readonly TimeSpan FlushDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>How often one attempt wakes those who follow its job.</summary>
    public static readonly TimeSpan AnnounceDelay = TimeSpan.FromMilliseconds(20);

    private readonly FixedDelay<OutputPipe> _flushes = new(time, FlushDelay, static pipe => pipe.OnFlushDue());
    private readonly FixedDelay<TaskOutputWriter> _announcements = new(time, AnnounceDelay, static writer => writer.OnAnnounceDue());

    public TimeProvider Time => time;

    public TimeSpan Patience => patience;

    public void FlushLater(OutputPipe pipe) => _flushes.Add(pipe);

    public void AnnounceLater(TaskOutputWriter writer) => _announcements.Add(writer);

    public void Dispose()
    {
        _flushes.Dispose();
        _announcements.Dispose();
    }
}
