namespace FuncExec.Ledger;

/// <summary>The ledger or blob store failed; whether the call happened is unknown. It may be repeated.</summary>
public class LedgerUnavailableException : Exception
{
    /// <summary>Says what happened and what to do.</summary>
    public LedgerUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A stored value is damaged. The rest of the store is not touched by that; repeating the call does not help.</summary>
public sealed class LedgerDamagedException : LedgerUnavailableException
{
    /// <summary>Says what happened and what to do.</summary>
    public LedgerDamagedException(string message)
        : base(message)
    {
    }
}

/// <summary>The ledger or blob store cannot be used; the service does not start.</summary>
public sealed class LedgerStartException : Exception
{
    /// <summary>Says what is wrong and what to do.</summary>
    public LedgerStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A cursor that this ledger did not make.</summary>
public sealed class BadCursorException() : Exception("The cursor is not one that this list has answered.");
