namespace FuncExec.Fidelity.Tests;

/// <summary>How our answer stands to the official host's.</summary>
public enum Verdict
{
    /// <summary>Not a verdict.</summary>
    None,

    /// <summary>The very same answer.</summary>
    Same,

    /// <summary>Another one, and code that is content with the official one is content with ours.</summary>
    Better,

    /// <summary>Another one that code may notice.</summary>
    Different,
}
