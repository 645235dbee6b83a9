namespace FuncExec.Runtime.Transfer;

/// <summary>How much there is of a kind, and what it is: equal totals are equal rows.</summary>
/// <param name="Count">How many rows.</param>
/// <param name="Checksum">64 hexadecimal digits over all of them; their order does not matter.</param>
public sealed record TransferTotal(long Count, string Checksum);
