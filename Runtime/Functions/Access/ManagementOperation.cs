namespace FuncExec.Runtime.Functions.Access;

/// <summary>What a code permits. The numbers are part of issued codes and never change.</summary>
internal enum ManagementOperation
{
    /// <summary>Reading the status.</summary>
    Status = 1,

    /// <summary>Purging.</summary>
    Purge = 2,

    /// <summary>Raising any event.</summary>
    RaiseEvent = 3,

    /// <summary>Terminating.</summary>
    Terminate = 4,

    /// <summary>Suspending.</summary>
    Suspend = 5,

    /// <summary>Resuming.</summary>
    Resume = 6,

    /// <summary>Restarting.</summary>
    Restart = 7,

    /// <summary>Rewinding.</summary>
    Rewind = 8,
}
