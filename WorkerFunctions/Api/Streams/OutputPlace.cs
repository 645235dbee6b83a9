using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Api.Streams;

/// <summary>Which output.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attempt">The attempt; null is the latest.</param>
/// <param name="Stream">The stream.</param>
public readonly record struct OutputPlace(TaskKey Task, int? Attempt, OutputStream Stream);
