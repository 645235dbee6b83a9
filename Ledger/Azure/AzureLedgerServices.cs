using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure;

/// <summary>Adds the ledger and the blob store of a storage account to an app.</summary>
public static class AzureLedgerServices
{
    /// <summary>
    /// Adds <see cref="JobSignals"/>, <see cref="IJobLedger"/> (a table) and <see cref="IBlobStore"/> (a container) of an account, one
    /// of each. Opening them, the ledger first, is the app's.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="account">The account.</param>
    /// <param name="name">The name of both, the table and the container: 3 to 63 lower-case letters and digits, a letter first.</param>
    public static IServiceCollection AddAzureLedger(this IServiceCollection services, AzureStorageAccount account, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(account);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.AddSingleton<JobSignals>();
        services.AddSingleton<IJobLedger>(provider => new AzureJobLedger(
            account,
            name,
            provider.GetRequiredService<JobSignals>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<AzureJobLedger>>()));
        services.AddSingleton<IBlobStore>(_ => new AzureBlobStore(account, name));
        return services;
    }
}
