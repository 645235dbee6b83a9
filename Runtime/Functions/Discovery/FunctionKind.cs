namespace FuncExec.Runtime.Functions.Discovery;

/// <summary>What starts a function.</summary>
internal enum FunctionKind
{
    /// <summary>An HTTP request.</summary>
    Http = 1,

    /// <summary>The start of an orchestration.</summary>
    Orchestrator = 2,

    /// <summary>An orchestration's call.</summary>
    Activity = 3,

    /// <summary>The clock.</summary>
    Timer = 4,

    /// <summary>Operations of an entity.</summary>
    Entity = 5,
}
