namespace FuncExec.Runtime.Generators.Reading;

/// <summary>What a class with [DurableTask] is.</summary>
internal enum TaskKind
{
    Orchestrator = 1,
    Activity = 2,
    Entity = 3,
}
