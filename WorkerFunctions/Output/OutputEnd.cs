using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>How one stream of an attempt ended.</summary>
/// <param name="Record">What is known of it.</param>
/// <param name="Failure">Why it is not kept as far as it should be, or null.</param>
/// <param name="HasNeedlessBlob">Whether a blob is there although the record holds everything.</param>
internal readonly record struct OutputEnd(OutputRecord Record, string? Failure, bool HasNeedlessBlob);
