namespace FuncExec.WorkerFunctions.Files;

/// <summary>What became of laying files out in an attempt's directory.</summary>
public abstract record LayOutOutcome
{
    private LayOutOutcome()
    {
    }

    /// <summary>They are there.</summary>
    public sealed record Done : LayOutOutcome
    {
        internal static readonly Done Instance = new();
    }

    /// <summary>They are not, or not all; the directory is of no use.</summary>
    /// <param name="Message">Why, and what to do.</param>
    public sealed record Failed(string Message) : LayOutOutcome;
}
