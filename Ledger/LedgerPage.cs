namespace FuncExec.Ledger;

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">The cursor that the next page is asked for with, or null on the last one. Opaque.</param>
public sealed record LedgerPage<T>(IReadOnlyList<T> Items, string? Next);
