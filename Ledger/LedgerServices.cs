using FuncExec.Ledger.Files;
using FuncExec.Ledger.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger;

/// <summary>Adds the ledger and the blob store to an app.</summary>
public static class LedgerServices
{
    /// <summary>
    /// Adds <see cref="JobSignals"/>, <see cref="IJobLedger"/> (SQLite) and <see cref="IBlobStore"/> (files) of a data
    /// directory, one of each. Opening them, the ledger first, is the app's.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="dataDirectory">Answers the directory; it must be there when they are opened.</param>
    public static IServiceCollection AddLedger(this IServiceCollection services, Func<IServiceProvider, string> dataDirectory)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(dataDirectory);
        services.AddSingleton<JobSignals>();
        services.AddSingleton<IJobLedger>(provider => new SqliteJobLedger(
            dataDirectory(provider),
            provider.GetRequiredService<JobSignals>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<SqliteJobLedger>>()));
        services.AddSingleton<IBlobStore>(provider => new FileBlobStore(dataDirectory(provider)));
        return services;
    }
}
