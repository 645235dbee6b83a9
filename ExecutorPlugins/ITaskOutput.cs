namespace FuncExec.ExecutorPlugins;

/// <summary>Which of a task's two streams.</summary>
public enum OutputStream
{
    /// <summary>What it says.</summary>
    Stdout = 1,

    /// <summary>What it says about itself.</summary>
    Stderr = 2,
}

/// <summary>
/// Receives what a task writes. Called for one task by one thread at a time and in order; never after the task's
/// outcome is known. An implementation copies what it keeps and returns at once: whoever calls it serves other tasks too.
/// </summary>
public interface ITaskOutput
{
    /// <summary>Takes the next bytes of a stream. The span is valid during the call only.</summary>
    void Write(OutputStream stream, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Completes when more of the stream is welcome. A caller that finds it open reads no more of that stream until then,
    /// so that a fast writer waits instead of filling memory; what it had read already it may still write.
    /// </summary>
    ValueTask WaitForRoomAsync(OutputStream stream) => ValueTask.CompletedTask;
}
