namespace FuncExec.Runtime.Hosting;

/// <summary>Which orchestrations a node takes, by their version and its own (<see cref="EngineOptions.DefaultVersion"/>).</summary>
public enum VersionMatchStrategy
{
    /// <summary>All.</summary>
    None,

    /// <summary>Those of just its own version.</summary>
    Strict,

    /// <summary>Those of its own version or an older one; no version is older than every other.</summary>
    CurrentOrOlder,
}

/// <summary>What becomes of an orchestration that a node does not take.</summary>
public enum VersionFailureStrategy
{
    /// <summary>It is left as it is, for a node that takes it.</summary>
    Reject,

    /// <summary>It fails, with the error type <c>VersionMismatch</c>.</summary>
    Fail,
}
