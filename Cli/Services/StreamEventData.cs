namespace FuncExec.Cli.Services;

/// <summary>What an event of a job's stream tells; what the command line does not need is <see cref="Other"/>.</summary>
internal abstract record StreamEventData
{
    private StreamEventData()
    {
    }

    /// <summary>The job's status changed.</summary>
    /// <param name="Status">The status from now on; null when that of a step changed.</param>
    public sealed record JobChanged(string? Status) : StreamEventData;

    /// <summary>A task's status changed.</summary>
    /// <param name="Task">Its id in the job.</param>
    public sealed record TaskChanged(string Task) : StreamEventData;

    /// <summary>A task wrote something.</summary>
    /// <param name="Key">Which of its streams.</param>
    /// <param name="Offset">Where in the stream the bytes begin.</param>
    /// <param name="Bytes">The bytes.</param>
    public sealed record Output(OutputKey Key, long Offset, ReadOnlyMemory<byte> Bytes) : StreamEventData;

    /// <summary>Anything else.</summary>
    public sealed record Other : StreamEventData;
}
