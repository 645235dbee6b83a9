namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>Tests that count this process's descriptors and children run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    public const string Name = "processes";
}
