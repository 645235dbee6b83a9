using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Durable;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Functions.Management;
using FuncExec.Runtime.Functions.Settings;
using FuncExec.Runtime.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>
/// Starts the runtime before anything else of the app (functions, keys, hub and engine, routes), so that the server
/// listens last; and stops the engine after everything else.
/// </summary>
internal sealed partial class RuntimeService(
    IServiceProvider services,
    RuntimeSource source,
    RuntimeState state,
    HostSettings settings,
    WorkerBuilder worker,
    IConfiguration configuration,
    ILoggerFactory loggers) : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private readonly ILogger _log = loggers.CreateLogger("FuncExec.Runtime.Functions");
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly WorkerOptions _options = services.GetRequiredService<IOptions<WorkerOptions>>().Value;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        AppManifest manifest = new(source.Entry);
        NameResolver names = new(configuration);
        DataConverter converter = WorkerSerializer.Converter(_options);
        FunctionCatalog catalog = FunctionCatalog.Create(source, manifest, settings, Binding(names, converter), configuration);
        TimeLimit limit = new(settings.FunctionTimeout, _time);
        TaskRegistry registry = new DurableRegistrations(services, worker, converter, names, limit).Fill(catalog.Functions);
        IHubProvider? provider = HubChooser.Choose(manifest.Hubs(), settings.Durable.StorageType, catalog.NeedsEngine);
        Listen();
        string directory = DataDirectory.Open(configuration);
        state.NoAuth = source.NoAuth || IsOn("FuncExec:Http:NoAuth");
        state.Keys = KeyFiles.Open(directory);
        if (provider is not null)
        {
            await StartEngineAsync(provider, registry, converter, directory, cancellationToken).ConfigureAwait(false);
        }

        services.GetRequiredService<RuntimeEndpoints>().Fill(Endpoints(catalog, converter, limit));
        Report(catalog);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.IsStarted = true;
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => state.Engine?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (state.Engine is { } engine)
        {
            state.Engine = null;
            await engine.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>For apps that dispose of their host synchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private BinderSettings Binding(NameResolver names, DataConverter converter) => new()
    {
        Services = services,
        Registered = services.GetRequiredService<IServiceProviderIsService>(),
        Worker = _options,
        Converter = converter,
        WebModel = worker.WebModel,
        Names = names,
        Clients = services.GetRequiredService<DurableClients>(),
    };

    private async Task StartEngineAsync(
        IHubProvider provider, TaskRegistry registry, DataConverter converter, string directory, CancellationToken cancellationToken)
    {
        EngineOptions options = EngineSettings.Read(configuration, settings.Durable);
        HubContext context = new()
        {
            DataDirectory = directory,
            HubName = settings.Durable.HubName,
            Settings = settings.Durable.Storage,
            GetConnectionString = name => configuration.GetConnectionString(name) ?? configuration[name],
            Time = _time,
            LoggerFactory = loggers,
        };
        state.Engine = new DurableEngine(provider.Create(context), registry, options, converter, _time, loggers);
        await state.Engine.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    private List<Endpoint> Endpoints(FunctionCatalog catalog, DataConverter converter, TimeLimit limit)
    {
        FunctionExecutionDelegate pipeline = worker.Build(static context => Call.Of(context).ExecuteAsync());
        ResultWriter writer = new(_options.Serializer!, worker.WebModel);
        List<Endpoint> endpoints =
        [
            .. FunctionEndpoints.For(catalog.Routes, function =>
                new HttpFunction(function, pipeline, writer, limit, worker.WebModel).InvokeAsync),
        ];
        if (state.Engine is { } engine)
        {
            endpoints.AddRange(new ManagementApi(
                engine, services.GetRequiredService<ManagementLinks>(), converter, settings.Durable.HubName).Endpoints());
        }

        return endpoints;
    }

    private void Listen()
    {
        if (services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>() is { } feature)
        {
            IReadOnlyList<string> addresses = ListenAddresses.Read(configuration, source.LocalPort);
            feature.Addresses.Clear();
            foreach (string address in addresses)
            {
                feature.Addresses.Add(address);
            }
        }
    }

    private bool IsOn(string setting) => configuration[setting] switch
    {
        null or "" => false,
        { } text when bool.TryParse(text, out bool on) => on,
        { } text => throw new FunctionsStartException($"The setting '{setting.Replace(":", "__", StringComparison.Ordinal)}' is '{text}'; allowed is true or false."),
    };
}
