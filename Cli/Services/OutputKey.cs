namespace FuncExec.Cli.Services;

/// <summary>One stream of one run of a task.</summary>
/// <param name="Task">The task's id in its job, such as <c>compile/0</c>.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Token">The run: an attempt whose node was lost begins again, under a greater token.</param>
/// <param name="IsError">Whether it is standard error.</param>
internal readonly record struct OutputKey(string Task, int Attempt, long Token, bool IsError);
