using System.Text.Json;
using FuncExec.Runtime.Functions.Durable;
using FuncExec.Runtime.Functions.Durable.Http;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Functions.Logging;
using FuncExec.Runtime.Functions.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Registers the runtime.</summary>
internal static class FunctionsServices
{
    /// <summary>Registers it, once; answers the builder of the app's middleware.</summary>
    public static WorkerBuilder Add(IServiceCollection services, RuntimeSource source)
    {
        if (services.FirstOrDefault(static service => service.ServiceType == typeof(WorkerBuilder))?.ImplementationInstance is WorkerBuilder known)
        {
            return known;
        }

        WorkerBuilder worker = new(services);
        services.AddSingleton(worker).AddSingleton<IFunctionsWorkerApplicationBuilder>(worker);
        services.AddSingleton(source);
        services.AddSingleton<RuntimeState>();
        services.AddSingleton<RuntimeEndpoints>();
        services.AddSingleton<ManagementLinks>();
        services.AddSingleton<DurableHttpActivity>();
        services.AddSingleton(FrontLimits.Default);
        services.AddSingleton(static provider => HostSettingsReader.Read(
            provider.GetRequiredService<RuntimeSource>().Directory, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(static provider => new DurableClients(
            () => provider.GetRequiredService<RuntimeState>().Engine?.Client
                ?? throw new InvalidOperationException("The durable engine does not run."),
            provider.GetRequiredService<ManagementLinks>(),
            provider.GetRequiredService<HostSettings>().Durable.HubName,
            provider.GetRequiredService<IOptions<DurableTaskClientOptions>>().Value.DefaultVersion));
        services.TryAddSingleton<DurableTaskClient>(static provider => provider.GetRequiredService<DurableClients>().ForApp());
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<RuntimeService>();
        services.AddRouting();
        AnswerCompression.Add(services);
        services.Configure<JsonSerializerOptions>(WorkerOptionsSetup.ConfigureJson);
        services.AddSingleton<IPostConfigureOptions<WorkerOptions>, WorkerOptionsSetup>();
        services.Configure<KestrelServerOptions>(ConfigureServer);
        // When the server's own set-up has run, wherever that was registered: certificates.
        services.AddOptions<KestrelServerOptions>().PostConfigure<IConfiguration>(static (server, configuration) => server.Configure(configuration.GetSection("Kestrel")));
        AddLogging(services);
        return worker;
    }

    private static void ConfigureServer(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = FrontLimits.Default.MaxBodySize;
        server.Limits.MaxConcurrentConnections = ConnectionLimit.Find();
        // The worker's model of HTTP hands over bodies that official apps read synchronously.
        server.AllowSynchronousIO = true;
    }

    private static void AddLogging(IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<LoggerFilterOptions>, LogFilters>();
        services.AddLogging(static logging => logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Default;
        }));
        services.AddSingleton<ConsoleFormatter, JsonLogFormatter>();
        services.AddSingleton<IConfigureOptions<ConsoleLoggerOptions>, LogFormat>(); // After the line above, which chooses its own.
    }
}
