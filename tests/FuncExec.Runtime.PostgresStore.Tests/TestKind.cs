using FuncExec.Runtime.PostgresStore.Opening;

namespace FuncExec.Runtime.PostgresStore.Tests;

/// <summary>A store of the tests' own, whose errors are told apart by their types.</summary>
internal sealed record TestKind(IReadOnlyList<SchemaStep> Versions, string Store = "test", SessionTable? SessionRows = null) : StoreKind(Store, Versions)
{
    internal override SessionTable? Sessions => SessionRows;

    internal static TestKind Plain { get; } = new([new SchemaStep("CREATE TABLE numbers(n int PRIMARY KEY CHECK (n < 1000))", 1)]);

    internal override Exception CannotStart(string message, Exception? cause = null) => new StartException(message, cause);

    internal override Exception Unavailable(string message, Exception cause) => new UnavailableException(message, cause);

    internal override Exception Rejected(string message, Exception cause) => new RejectedException(message, cause);
}

internal sealed class StartException(string message, Exception? cause) : Exception(message, cause);

internal sealed class UnavailableException(string message, Exception cause) : Exception(message, cause);

internal sealed class RejectedException(string message, Exception cause) : Exception(message, cause);
