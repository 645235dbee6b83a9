using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Settings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Functions apps over <see cref="IHostBuilder"/>.</summary>
public static class WorkerHostBuilderExtensions
{
    private const string ConfiguredKey = "FuncExec.Runtime.Functions.Configured";

    /// <summary>Makes the host a Functions app with the worker's model of HTTP.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder) =>
        builder.ConfigureFunctionsWorkerDefaults(static (HostBuilderContext _, IFunctionsWorkerApplicationBuilder _) => { }, null);

    /// <summary>Makes the host a Functions app and configures its worker.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configure) =>
        builder.ConfigureFunctionsWorkerDefaults((_, worker) => configure(worker), null);

    /// <summary>Makes the host a Functions app and sets its worker's options.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder, Action<WorkerOptions> configureOptions) =>
        builder.ConfigureFunctionsWorkerDefaults(static (HostBuilderContext _, IFunctionsWorkerApplicationBuilder _) => { }, configureOptions);

    /// <summary>Makes the host a Functions app, configures its worker and sets its options.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configure, Action<WorkerOptions>? configureOptions) =>
        builder.ConfigureFunctionsWorkerDefaults((_, worker) => configure(worker), configureOptions);

    /// <summary>Makes the host a Functions app and configures its worker.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure) =>
        builder.ConfigureFunctionsWorkerDefaults(configure, null);

    /// <summary>Makes the host a Functions app, configures its worker and sets its options.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder,
        Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure,
        Action<WorkerOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        AddRuntime(builder);
        return builder.ConfigureServices((context, services) =>
        {
            configure(context, FunctionsServices.Add(services, SourceOf(context.Properties)));
            if (configureOptions is not null)
            {
                services.Configure(configureOptions);
            }
        });
    }

    // Once for a host, however many of these methods are called on it.
    private static void AddRuntime(IHostBuilder builder)
    {
        if (!builder.Properties.TryAdd(ConfiguredKey, true))
        {
            return;
        }

        RuntimeSource source = builder.Properties.TryGetValue(RuntimeSource.PropertyKey, out object? given)
            ? (RuntimeSource)given
            : RuntimeSource.OfProcess().With(Environment.GetCommandLineArgs()[1..]);
        StartFaults.ReportUnhandled();
        source = source with { LocalPort = LocalSettings.Apply(source.Directory) };
        builder.Properties[RuntimeSource.PropertyKey] = source;
        builder.ConfigureHostConfiguration(AppConfiguration.AddOfficial);
        builder.ConfigureAppConfiguration(configuration => AppConfiguration.AddProcess(configuration, source));
        builder.ConfigureServices(services => FunctionsServices.Add(services, source));
        builder.ConfigureWebHost(static web => web.UseKestrelCore().UseKestrelHttpsConfiguration().Configure(FrontPipeline.Configure));
    }

    private static RuntimeSource SourceOf(IDictionary<object, object> properties) => (RuntimeSource)properties[RuntimeSource.PropertyKey];
}
