using FuncExec.Runtime.Postgres.Reading;

namespace FuncExec.Runtime.Postgres.Shared;

/// <summary>Texts that all nodes of the hub know: of those that store one at once, one wins and all get its.</summary>
internal sealed class HubSecrets(Statements statements)
{
    // What is there already is written over with itself, so that it is answered whoever was first.
    internal const string GetOrAdd =
        """
        INSERT INTO hub_secrets(name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = hub_secrets.value RETURNING value
        """;

    internal const string Set = "INSERT INTO hub_secrets(name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    internal Task<string> GetOrAddAsync(string name, string value, CancellationToken cancellationToken) =>
        statements.ReadOneAsync(GetOrAdd, static row => row.GetString(0), cancellationToken, Statements.Value(name), Statements.Value(value));

    internal Task SetAsync(string name, string value, CancellationToken cancellationToken) =>
        statements.ReadAsync(Set, static _ => 0, cancellationToken, Statements.Value(name), Statements.Value(value));
}
