namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>A task's place in its job.</summary>
internal readonly record struct TaskPlace(int Step, int Index)
{
    internal static TaskPlace Of(TaskKey key) => new(key.Step, key.Index);
}
