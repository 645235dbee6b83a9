using System.Data.Common;
using System.Net;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>
/// Reads a connection string, fills in what ours are used with, and holds it to the rule of transport: what leaves this
/// machine is encrypted, and the server's certificate is verified, unless the string says <c>Insecure=true</c>.
/// </summary>
internal static class ConnectionSettings
{
    /// <summary>The word by which a user takes unverified transport upon himself. It is ours, not the driver's.</summary>
    internal const string InsecureWord = "Insecure";

    /// <summary>With fewer a commit and a sign of life would wait for whoever reads.</summary>
    private const int LeastConnections = 2;

    /// <summary>
    /// How long is believed which of several hosts takes writes, where the string does not say: after a failover the new one has to be
    /// found well within a lease. In seconds.
    /// </summary>
    private const int HostRecheck = 1;

    /// <summary>
    /// What a call waits at most, where the string does not say: less than a lease, so that a server which stands still is known to before
    /// anything that runs here is given up. In seconds, as are the next two.
    /// </summary>
    private const int CommandTimeout = 10;

    /// <summary>What a connection waits for at most, where the string does not say.</summary>
    private const int ConnectTimeout = 5;

    /// <summary>How often a connection that waits to hear something asks whether the server is there, where the string does not say.</summary>
    private const int KeepAlive = 10;

    /// <summary>What a step of a start waits at most: other nodes may be making the tables.</summary>
    private const int StartTimeout = 60;

    /// <summary>Statements that a connection keeps prepared; a store has fewer.</summary>
    private const int PreparedStatements = 200;

    /// <summary>
    /// Every statement has an index to read by. A plan that is made while a table is empty is kept, and must be right when a
    /// million rows have come before the next statistics.
    /// </summary>
    private const string Planning =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off "
        + "-c plan_cache_mode=force_generic_plan -c jit=off";

    /// <summary>The settings to connect with.</summary>
    /// <param name="connectionString">As the user wrote it.</param>
    /// <param name="schema">The schema whose names need no prefix.</param>
    /// <param name="connections">How many connections it has at most where the string does not say; a server has 100 by default.</param>
    /// <param name="kind">The store, for the errors.</param>
    internal static NpgsqlConnectionStringBuilder Read(string connectionString, string schema, int connections, StoreKind kind)
    {
        var words = ConnectionWords.Read(connectionString, kind);
        NpgsqlConnectionStringBuilder settings = words.Settings;
        if (string.IsNullOrEmpty(settings.Host))
        {
            throw kind.CannotStart("The PostgreSQL connection string names no server: add Host=….");
        }

        CheckTransport(words, kind);
        CheckPool(settings, kind);
        ChooseHost(settings, kind);
        settings.SearchPath = schema;
        settings.ApplicationName ??= "funcexec";
        settings.Timezone ??= "UTC";
        settings.Options = settings.Options is { Length: > 0 } own ? $"{own} {Planning}" : Planning;
        settings.NoResetOnClose = true; // Our statements leave nothing behind on a connection.
        settings.MaxAutoPrepare = PreparedStatements;
        settings.MaxPoolSize = words.Has("Maximum Pool Size", "MaxPoolSize") ? settings.MaxPoolSize : Math.Max(connections, settings.MinPoolSize);
        settings.CommandTimeout = words.Has("Command Timeout", "CommandTimeout") ? settings.CommandTimeout : CommandTimeout;
        settings.Timeout = words.Has("Timeout") ? settings.Timeout : ConnectTimeout;
        settings.HostRecheckSeconds = words.Has("Host Recheck Seconds", "HostRecheckSeconds") ? settings.HostRecheckSeconds : HostRecheck;

        return settings;
    }

    /// <summary>
    /// For connections that are kept, and wait: one whose way was cut without a word would wait for ever. What is asked there at the start may
    /// take its time.
    /// </summary>
    internal static void KeepAwake(NpgsqlConnectionStringBuilder settings)
    {
        settings.KeepAlive = settings.KeepAlive == 0 ? KeepAlive : settings.KeepAlive;
        settings.CommandTimeout = Math.Max(settings.CommandTimeout, StartTimeout);
    }

    /// <summary>Where the server is, for logs: no user, no secret.</summary>
    internal static string Describe(NpgsqlConnectionStringBuilder settings) =>
        $"PostgreSQL, {settings.Host}:{settings.Port}, database '{settings.Database ?? settings.Username}', schema '{settings.SearchPath}'";

    private static void CheckTransport(ConnectionWords words, StoreKind kind)
    {
        NpgsqlConnectionStringBuilder settings = words.Settings;
        if (words.IsInsecure || settings.Host!.Split(',').All(IsOnThisMachine))
        {
            return;
        }

        if (!words.Has("SSL Mode", "SslMode"))
        {
            settings.SslMode = SslMode.VerifyFull;
        }
        else if (settings.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull))
        {
            throw kind.CannotStart(
                $"The PostgreSQL server {settings.Host} is not on this machine, and SSL Mode={settings.SslMode} does not verify it. "
                + $"Use SSL Mode=VerifyFull (with Root Certificate=… where the authority is your own), or add {InsecureWord}=true to the connection string if the network between is trusted.");
        }
    }

    private static void CheckPool(NpgsqlConnectionStringBuilder settings, StoreKind kind)
    {
        if (settings.Multiplexing || !settings.Pooling)
        {
            throw kind.CannotStart(
                $"The PostgreSQL connection string says {(settings.Multiplexing ? "Multiplexing=true" : "Pooling=false")}, with which a node cannot work: leave that word out.");
        }

        if (settings.MaxPoolSize < LeastConnections)
        {
            throw kind.CannotStart(
                $"The PostgreSQL connection string says Maximum Pool Size={settings.MaxPoolSize}: a node needs at least {LeastConnections} connections for each of its stores.");
        }
    }

    /// <summary>Of several hosts the one that takes writes; of one there is nothing to choose, and the driver refuses the word.</summary>
    private static void ChooseHost(NpgsqlConnectionStringBuilder settings, StoreKind kind)
    {
        if (settings.TargetSessionAttributes is not (null or "any" or "primary" or "read-write" or "prefer-primary"))
        {
            throw kind.CannotStart(
                $"The PostgreSQL connection string says Target Session Attributes={settings.TargetSessionAttributes}, and a node needs a server that takes writes: "
                + "Target Session Attributes=primary, which is the default where several hosts are named.");
        }

        bool areSeveral = settings.Host!.Contains(',', StringComparison.Ordinal);
        settings.TargetSessionAttributes = areSeveral ? settings.TargetSessionAttributes is "read-write" ? "read-write" : "primary" : null;
    }

    private static bool IsOnThisMachine(string host)
    {
        string name = host.Trim();
        if (name.StartsWith('/') || name.StartsWith('@') || name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true; // A directory of sockets, or a name that means this machine.
        }

        int colon = name.LastIndexOf(':');
        string address = colon > 0 && name.IndexOf(':', StringComparison.Ordinal) == colon ? name[..colon] : name;
        return address.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address, out IPAddress? parsed) && IPAddress.IsLoopback(parsed));
    }
}
