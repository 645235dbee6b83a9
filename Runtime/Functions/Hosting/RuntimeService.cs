using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Durable;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Functions.Management;
using FuncExec.Runtime.Functions.Logging;
using FuncExec.Runtime.Functions.Settings;
using FuncExec.Runtime.Functions.Timers;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>
/// Starts the runtime before anything else of the app (functions, keys, hub and engine, routes), so that the server
/// listens last; then its timers. Stops these first, and the engine after everything else.
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
    /// <summary>Gives the service's key; without it the node makes one, or takes that of the hub's other nodes.</summary>
    private const string KeySetting = "FUNCEXEC_KEY";

    private readonly ILogger _log = loggers.CreateLogger("FuncExec.Runtime.Functions");
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly WorkerOptions _options = services.GetRequiredService<IOptions<WorkerOptions>>().Value;
    private IReadOnlyList<TimerFunction> _schedules = [];
    private TimerHost? _timers;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        AppManifest manifest = new(source.Entry);
        NameResolver names = new(configuration);
        DataConverter converter = WorkerSerializer.Converter(_options);
        FunctionCatalog catalog = FunctionCatalog.Create(source, manifest, settings, Binding(names, converter), configuration);
        TimeLimit limit = new(settings.FunctionTimeout, _time);
        TaskRegistry registry = new DurableRegistrations(services, worker, converter, names, limit).Fill(catalog.Functions);
        IHubProvider? provider = HubChooser.Choose(manifest.Hubs(), settings.Durable.StorageType, catalog.NeedsEngine);
        state.NoAuth = source.NoAuth || IsOn("FuncExec:Http:NoAuth");
        LogFormat.Read(configuration); // Whoever writes records by a provider of his own is told of a mistake too.
        state.MetricsArePublic = IsOn("FuncExec:Metrics:Public");
        Listen();
        string directory = DataDirectory.Open(configuration);
        string? key = configuration[KeySetting] is { Length: > 0 } given ? given.Trim() : null;
        IHub? hub = provider?.Create(HubContext(directory));
        if (hub is not IHubSecrets)
        {
            state.Keys = KeyFiles.Open(directory, key);
        }

        if (hub is not null)
        {
            await StartEngineAsync(hub, registry, converter, cancellationToken).ConfigureAwait(false);
        }

        if (hub is IHubSecrets secrets)
        {
            state.Keys = await KeyFiles.OpenSharedAsync(directory, key, secrets, cancellationToken).ConfigureAwait(false);
        }

        PrepareTimers(catalog, limit, hub as ITimerJournal ?? new FileTimerJournal(directory, _log), HubTime.Of(hub, _time));

        services.GetRequiredService<RuntimeEndpoints>().Fill(Endpoints(catalog, converter, limit));
        Report(catalog);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.IsStarted = true;
        _timers?.Start(_schedules);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _timers?.Cancel();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await StopTimersAsync(cancellationToken).ConfigureAwait(false);
        if (state.Engine is { } engine)
        {
            await engine.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopTimersAsync(CancellationToken.None).ConfigureAwait(false);
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

    private HubContext HubContext(string directory) => new()
    {
        DataDirectory = directory,
        HubName = settings.Durable.HubName,
        Settings = settings.Durable.Storage,
        GetConnectionString = name => configuration.GetConnectionString(name) ?? configuration[name],
        Time = _time,
        LoggerFactory = loggers,
    };

    private async Task StartEngineAsync(IHub hub, TaskRegistry registry, DataConverter converter, CancellationToken cancellationToken)
    {
        EngineOptions options = EngineSettings.Read(
            configuration, settings.Durable, services.GetRequiredService<IOptions<DurableTaskWorkerOptions>>().Value);
        foreach (IConfigureOptions<EngineOptions> setup in services.GetServices<IConfigureOptions<EngineOptions>>())
        {
            setup.Configure(options); // What the app itself knows of its node, after the settings.
        }

        state.Engine = new DurableEngine(hub, registry, options, converter, _time, loggers);
        await state.Engine.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    private void PrepareTimers(FunctionCatalog catalog, TimeLimit limit, ITimerJournal journal, TimeProvider time)
    {
        if (catalog.Timers.Count > 0)
        {
            _schedules = catalog.Timers;
            _timers = new TimerHost(services, worker.Build(static context => Call.Of(context).ExecuteAsync()), limit, journal, time, _log);
        }
    }

    private async Task StopTimersAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _timers, null) is { } timers)
        {
            timers.Cancel();
            await timers.StopAsync(cancellationToken).ConfigureAwait(false);
            timers.Dispose();
        }
    }

    private List<Endpoint> Endpoints(FunctionCatalog catalog, DataConverter converter, TimeLimit limit)
    {
        FunctionExecutionDelegate pipeline = worker.Build(static context => Call.Of(context).ExecuteAsync());
        CancellationToken stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        ResultWriter writer = new(_options.Serializer!, worker.WebModel);
        List<Endpoint> endpoints =
        [
            .. FunctionEndpoints.For(catalog.Routes, function =>
                new HttpFunction(function, pipeline, writer, limit, worker.WebModel, stopping).InvokeAsync),
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
        state.Access = HttpAccess.Read(configuration);
        if (services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>() is { } feature)
        {
            ListenAddresses addresses = ListenAddresses.Read(configuration, source.LocalPort, state.Access, state.NoAuth);
            state.IsPublic = addresses.IsPublic;
            feature.Addresses.Clear();
            foreach (string address in addresses.Addresses)
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
