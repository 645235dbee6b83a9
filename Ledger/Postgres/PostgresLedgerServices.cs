using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Postgres;

/// <summary>Adds the ledger and the blob store of a PostgreSQL to an app.</summary>
public static class PostgresLedgerServices
{
    /// <summary>
    /// Adds <see cref="JobSignals"/>, <see cref="IJobLedger"/> and <see cref="IBlobStore"/> in the schema of a hub, one of each. Opening
    /// them, the ledger first, is the app's.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="connectionString">The server and the database, as for the hub.</param>
    /// <param name="hubName">The hub's name.</param>
    public static IServiceCollection AddPostgresLedger(this IServiceCollection services, string connectionString, string hubName)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        ArgumentException.ThrowIfNullOrEmpty(hubName);
        services.AddSingleton<JobSignals>();
        services.AddSingleton<IJobLedger>(provider => new PostgresJobLedger(
            connectionString,
            hubName,
            provider.GetRequiredService<JobSignals>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IBlobStore>(provider => new PostgresBlobStore(
            connectionString, hubName, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }
}
