namespace FuncExec.ExecutorPlugins;

/// <summary>What kind of failure ended an attempt; retry rules choose by it. The names are stored and shown.</summary>
public enum FailureKind
{
    /// <summary>The work ended by itself, with a code that means failure.</summary>
    Exit = 1,

    /// <summary>A signal that was not ours ended it.</summary>
    Signal,

    /// <summary>It took longer than it may.</summary>
    Timeout,

    /// <summary>It could not be started or reached: no such program, directory or host, or no right to it.</summary>
    NotFound,

    /// <summary>The node that ran it was lost.</summary>
    Lost,

    /// <summary>The work was done, and what it left could not be kept. No executor says so.</summary>
    Artifacts,
}
