using FuncExec.Runtime.PostgresStore.Opening;

namespace FuncExec.Runtime.PostgresStore;

/// <summary>One of the stores that live in a PostgreSQL schema, and the errors that its callers expect.</summary>
/// <param name="Name">What texts call it, and what its version is kept under: <c>hub</c>.</param>
/// <param name="Steps">
/// The schema: step n makes version n of version n − 1. A step that has been released never changes; a change is a new step
/// at the end. Names in it are not qualified: they are the schema's own.
/// </param>
internal abstract record StoreKind(string Name, IReadOnlyList<SchemaStep> Steps)
{
    /// <summary>
    /// Where the sessions of nodes on it are; null for a store without. Each row has, as <c>knows</c>, the latest version of the schema
    /// that its program knows, and the schema itself refuses a session whose program does not know what the schema needs.
    /// </summary>
    internal virtual SessionTable? Sessions => null;

    /// <summary>The latest version of the schema that this program knows.</summary>
    internal int Knows => Steps.Count;

    /// <summary>The store cannot be used; nothing starts.</summary>
    internal abstract Exception CannotStart(string message, Exception? cause = null);

    /// <summary>A call failed, its outcome is unknown.</summary>
    internal abstract Exception Unavailable(string message, Exception cause);

    /// <summary>A call was refused for what it holds; nothing was changed.</summary>
    internal abstract Exception Rejected(string message, Exception cause);
}
