namespace FuncExec.Cli.Services;

/// <summary>A part of a list.</summary>
/// <param name="Items">What it has.</param>
/// <param name="Next">The cursor of the next part, or null at the end.</param>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);
