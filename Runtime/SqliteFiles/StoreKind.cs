namespace FuncExec.Runtime.SqliteFiles;

/// <summary>One of the stores that live in an SQLite file, and the errors that its callers expect.</summary>
/// <param name="Name">What texts call it, and what its lock is named after: <c>hub</c>.</param>
/// <param name="ApplicationId">Marks a file as one of this kind.</param>
/// <param name="Steps">
/// The schema: step n makes version n of version n − 1. A step that has been released never changes; a change is a new step
/// at the end.
/// </param>
internal abstract record StoreKind(string Name, int ApplicationId, IReadOnlyList<string> Steps)
{
    /// <summary>The store cannot be used; nothing starts.</summary>
    internal abstract Exception CannotStart(string message, Exception? cause = null);

    /// <summary>A call failed and may be repeated.</summary>
    internal abstract Exception Unavailable(string message, Exception cause);

    /// <summary>A call was refused for what it holds; nothing was changed.</summary>
    internal abstract Exception Rejected(string message, Exception cause);
}
