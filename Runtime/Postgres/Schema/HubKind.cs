using System.Reflection;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Opening;

namespace FuncExec.Runtime.Postgres.Schema;

/// <summary>The hub among the stores in PostgreSQL, with the versions of its schema.</summary>
internal sealed record HubKind() : StoreKind("hub", Versions)
{
    internal static HubKind Instance { get; } = new();

    internal override SessionTable Sessions { get; } = new("hub_sessions", "expires > hub_clock()");

    private static IReadOnlyList<SchemaStep> Versions =>
    [
        new(Read("tables.sql") + Read("functions.sql") + Read("commit.sql") + Read("scale.sql"), Needs: 1),
    ];

    internal override Exception CannotStart(string message, Exception? cause = null) => new HubStartException(message, cause);

    internal override Exception Unavailable(string message, Exception cause) => new HubUnavailableException(message, cause);

    internal override Exception Rejected(string message, Exception cause) => new HubRejectedException(message, cause);

    private static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
