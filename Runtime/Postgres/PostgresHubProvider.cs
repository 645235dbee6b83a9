using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore.Opening;

[assembly: HubProvider(typeof(FuncExec.Runtime.Postgres.PostgresHubProvider))]

namespace FuncExec.Runtime.Postgres;

/// <summary>
/// Makes hubs in PostgreSQL, each in a schema of its own, <c>funcexec_{hub name}</c>: for more than one node. Its setting is
/// <c>connectionStringName</c>, the name of the connection string; default <c>PostgreSQL</c>.
/// </summary>
public sealed class PostgresHubProvider : IHubProvider
{
    /// <summary>The connection string's name where the setting does not give another.</summary>
    public const string DefaultConnectionStringName = "PostgreSQL";

    private const string NameSetting = "connectionStringName";

    /// <inheritdoc/>
    public string Type => "postgresql";

    /// <inheritdoc/>
    public bool IsDefault => false;

    /// <inheritdoc/>
    public IHub Create(HubContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string[] unknown = [.. context.Settings.Keys.Where(static name => !name.Equals(NameSetting, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new HubStartException($"extensions.durableTask.storageProvider has {string.Join(", ", unknown)}. The PostgreSQL hub has one setting besides type: {NameSetting}.");
        }

        string name = context.Settings.FirstOrDefault(static setting => setting.Key.Equals(NameSetting, StringComparison.OrdinalIgnoreCase)).Value ?? DefaultConnectionStringName;
        string connectionString = context.GetConnectionString(name)
            ?? throw new HubStartException($"There is no connection string '{name}' for the PostgreSQL hub. Set ConnectionStrings__{name}, such as Host=localhost;Username=funcexec;Password=…;Database=funcexec.");
        return new PostgresHub(connectionString, SchemaOf(context.HubName), context.Time, context.LoggerFactory);
    }

    private static string SchemaOf(string hubName)
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
