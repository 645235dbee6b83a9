namespace FuncExec.ExecutorPlugins;

/// <summary>Something wrong in a payload.</summary>
/// <param name="Path">Where, as a JSON path from the payload's root, such as <c>$.args[1]</c>.</param>
/// <param name="Message">What is wrong and what would be right. Never repeats a value: it may be a secret.</param>
public sealed record PayloadMistake(string Path, string Message);
