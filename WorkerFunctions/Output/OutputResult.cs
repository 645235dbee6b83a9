using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>What an attempt has written, for the record of its end.</summary>
/// <param name="Stdout">Standard output.</param>
/// <param name="Stderr">Standard error.</param>
/// <param name="StoredBytes">How many bytes of both are in the blob store.</param>
/// <param name="Failure">Why output is not kept as far as it should be (a full disk, say), or null.</param>
public sealed record OutputResult(OutputRecord Stdout, OutputRecord Stderr, long StoredBytes, string? Failure);
