namespace FuncExec.Tests.Shared;

/// <summary>Where on its way a request's connection is cut.</summary>
public enum CutPoint
{
    /// <summary>The request does not arrive.</summary>
    Before = 1,

    /// <summary>The request arrives, and nobody waits for what becomes of it.</summary>
    During = 2,

    /// <summary>The request was done and committed, and the answer does not arrive.</summary>
    After = 3,
}
