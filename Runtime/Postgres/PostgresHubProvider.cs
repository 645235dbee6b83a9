using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Schema;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Opening;
using Microsoft.Extensions.Logging;

[assembly: HubProvider(typeof(FuncExec.Runtime.Postgres.PostgresHubProvider))]

namespace FuncExec.Runtime.Postgres;

/// <summary>
/// Makes hubs in PostgreSQL, one schema each: <c>funcexec_{hub name}</c>. Any number of nodes share one. Its only setting is
/// <c>connectionStringName</c>, the name under which the connection string is found; <c>PostgreSQL</c> when it is not given.
/// </summary>
public sealed class PostgresHubProvider : IHubProvider
{
    private const string NameSetting = "connectionStringName";
    private const string DefaultName = "PostgreSQL";

    /// <summary>With those of the ledger and of signals five nodes fit a server as it comes, with 100.</summary>
    private const int Connections = 5;

    /// <inheritdoc/>
    public string Type => "postgresql";

    /// <inheritdoc/>
    public bool IsDefault => false;

    /// <inheritdoc/>
    public IHub Create(HubContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string name = ReadName(context.Settings);
        string connectionString = context.GetConnectionString(name) is { Length: > 0 } found
            ? found
            : throw new HubStartException(
                $"host.json: storageProvider.{NameSetting} is '{name}', and there is no connection string of that name. Set ConnectionStrings__{name} to that of the database, such as Host=db;Database=funcexec;Username=funcexec;Password=….");
        var database = new PostgresDatabase(
            connectionString, ReadSchema(context.HubName), Connections, HubKind.Instance, context.Time, context.LoggerFactory);
        return new PostgresHub(database, context.Time, context.LoggerFactory.CreateLogger<PostgresHub>());
    }

    private static string ReadName(IReadOnlyDictionary<string, string> settings)
    {
        string[] unknown = [.. settings.Keys.Where(static key => !key.Equals(NameSetting, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new HubStartException(
                $"host.json: storageProvider has {string.Join(", ", unknown.Select(static key => $"'{key}'"))}, which the PostgreSQL hub does not know. It has {NameSetting} alone.");
        }

        string? name = settings.FirstOrDefault(static setting => setting.Key.Equals(NameSetting, StringComparison.OrdinalIgnoreCase)).Value;
        return string.IsNullOrEmpty(name) ? DefaultName : name;
    }

    private static string ReadSchema(string hubName)
    {
        try
        {
            return SchemaName.OfHub(hubName);
        }
        catch (ArgumentException exception)
        {
            throw new HubStartException($"extensions.durableTask.hubName: {exception.Message}", exception);
        }
    }
}
