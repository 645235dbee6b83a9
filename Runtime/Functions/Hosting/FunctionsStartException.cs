namespace FuncExec.Runtime.Functions;

/// <summary>
/// The app cannot start. The message says what is wrong and what to do, in one line per fault; a process that does not
/// catch it writes the message to its standard error and ends with code 1.
/// </summary>
public sealed class FunctionsStartException : Exception
{
    /// <summary>One fault.</summary>
    public FunctionsStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>All faults found.</summary>
    internal FunctionsStartException(IReadOnlyList<string> faults)
        : base(string.Join(Environment.NewLine, faults))
    {
    }
}
