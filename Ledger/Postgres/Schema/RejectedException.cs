namespace FuncExec.Ledger.Postgres.Schema;

/// <summary>The server refused one call for what it holds. Repeating it does not help.</summary>
internal sealed class RejectedException(string message, Exception innerException) : LedgerUnavailableException(message, innerException);
