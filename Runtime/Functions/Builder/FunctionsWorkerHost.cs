using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs an app that needs no more than its services.</summary>
public static class FunctionsWorkerHost
{
    /// <summary>Runs the app until it is told to stop.</summary>
    public static void RunDefault(Action<IServiceCollection>? configureServices = null) =>
        RunDefaultAsync(configureServices).GetAwaiter().GetResult();

    /// <summary>Runs the app until it is told to stop.</summary>
    public static Task RunDefaultAsync(Action<IServiceCollection>? configureService = null)
    {
        IHostBuilder builder = Host.CreateDefaultBuilder().ConfigureFunctionsWorkerDefaults();
        if (configureService is not null)
        {
            builder.ConfigureServices(configureService);
        }

        return builder.Build().RunAsync();
    }
}
