namespace FuncExec.Runtime.PostgresStore.Faults;

/// <summary>What an exception means for the call that met it.</summary>
internal enum FaultKind
{
    /// <summary>The transaction was rolled back for the sake of another one; it may simply run again.</summary>
    Undone = 1,

    /// <summary>The server, or the way to it, failed. Whether the call happened is unknown.</summary>
    Unavailable = 2,

    /// <summary>The server refused what the call holds; nothing was changed.</summary>
    Refused = 3,

    /// <summary>It did not come from the server.</summary>
    Defect = 4,
}
