namespace FuncExec.Ledger;

/// <summary>Which task.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="Step">Its step's place in the document, from 0.</param>
/// <param name="Index">Its place in the step, from 0.</param>
public readonly record struct TaskKey(string JobId, int Step, int Index);
