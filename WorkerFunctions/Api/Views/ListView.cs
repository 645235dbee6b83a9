namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>A page of a list as it is shown.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null on the last.</param>
internal sealed record ListView<T>(IReadOnlyList<T> Items, string? Next);
