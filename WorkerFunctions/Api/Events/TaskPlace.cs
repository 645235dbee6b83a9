namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>Which task of a job.</summary>
/// <param name="Step">Its step's place in the document.</param>
/// <param name="Index">Its place in the step.</param>
internal readonly record struct TaskPlace(int Step, int Index) : IComparable<TaskPlace>
{
    public int CompareTo(TaskPlace other) => Step != other.Step ? Step.CompareTo(other.Step) : Index.CompareTo(other.Index);
}
