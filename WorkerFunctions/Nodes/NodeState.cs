namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>How a node is.</summary>
public enum NodeState
{
    /// <summary>It gives signs of life and takes work.</summary>
    Active = 1,

    /// <summary>It takes nothing new.</summary>
    Draining,

    /// <summary>It has given no sign of life for more than half of its lease.</summary>
    Suspect,

    /// <summary>It has ended, or its lease has.</summary>
    Gone,
}
