namespace FuncExec.Ledger.Azure.Tables;

/// <summary>The sum over all rows beside it.</summary>
internal sealed record TotalsData(long Unfinished, long FinishedBytes);

/// <summary>A job that counts in the sum, with its bytes where it has finished.</summary>
internal sealed record CountedData(long Bytes);

/// <summary>Which job an idempotency key made, or is about to make.</summary>
internal sealed record RequestData(string JobId, string BodyHash);
