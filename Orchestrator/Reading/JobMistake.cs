namespace FuncExec.Orchestrator.Reading;

/// <summary>Something wrong in a job document.</summary>
/// <param name="Path">Where, as a JSON path, such as <c>$.steps[0].timeout</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record JobMistake(string Path, string Message);
