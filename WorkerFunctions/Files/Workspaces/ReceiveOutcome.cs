namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>What became of an archive that was sent.</summary>
public abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    /// <summary>It is stored for the job.</summary>
    /// <param name="Hash">The SHA-256 of the archive as 64 hexadecimal digits.</param>
    /// <param name="Size">Its length in bytes.</param>
    public sealed record Accepted(string Hash, long Size) : ReceiveOutcome;

    /// <summary>It is not fit to be a workspace; nothing of it is left.</summary>
    /// <param name="Mistakes">Why, at least one and at most 50.</param>
    public sealed record Refused(IReadOnlyList<ArchiveMistake> Mistakes) : ReceiveOutcome;

    /// <summary>It is larger than an archive may be.</summary>
    /// <param name="Limit">The most bytes it may have.</param>
    public sealed record TooLarge(long Limit) : ReceiveOutcome;

    /// <summary>There is no room for it.</summary>
    /// <param name="Message">Why, and what to do.</param>
    public sealed record NoRoom(string Message) : ReceiveOutcome;
}
