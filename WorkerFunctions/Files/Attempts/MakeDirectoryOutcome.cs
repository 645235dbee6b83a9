namespace FuncExec.WorkerFunctions.Files.Attempts;

/// <summary>What became of making an attempt's directory.</summary>
public abstract record MakeDirectoryOutcome
{
    private MakeDirectoryOutcome()
    {
    }

    /// <summary>It is there and empty.</summary>
    /// <param name="Directory">The caller's, to be disposed of when the attempt has ended.</param>
    public sealed record Made(AttemptDirectory Directory) : MakeDirectoryOutcome;

    /// <summary>It could not be made.</summary>
    /// <param name="Message">Why, and what to do.</param>
    public sealed record Failed(string Message) : MakeDirectoryOutcome;
}
