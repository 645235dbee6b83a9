using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a Functions app.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private bool _built;

    internal FunctionsApplicationBuilder(string[]? args)
        : this(RuntimeSource.OfProcess().With(args ?? []))
    {
    }

    internal FunctionsApplicationBuilder(RuntimeSource source)
    {
        StartFaults.ReportUnhandled();
        source = source with { LocalPort = LocalSettings.Apply(source.Directory) };
        _web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = source.Entry.GetName().Name,
            ContentRootPath = source.Directory,
            EnvironmentName = AppConfiguration.EnvironmentName(),
        });
        AppConfiguration.AddSources(_web.Configuration, source, _web.Environment);
        _web.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        Worker = FunctionsServices.Add(_web.Services, source);
    }

    /// <summary>What parts of the app hand to each other while it is built.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>The app's configuration.</summary>
    public ConfigurationManager Configuration => _web.Configuration;

    /// <summary>Where the app runs.</summary>
    public IHostEnvironment Environment => _web.Environment;

    /// <summary>The app's logging.</summary>
    public ILoggingBuilder Logging => _web.Logging;

    /// <summary>The app's metrics.</summary>
    public IMetricsBuilder Metrics => _web.Metrics;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services => _web.Services;

    internal WorkerBuilder Worker { get; }

    /// <summary>Builds the app. Started, it is the whole service.</summary>
    /// <exception cref="InvalidOperationException">It was built already.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        WebApplication app = _web.Build();
        FrontPipeline.Configure(app);
        return app;
    }

    /// <summary>Takes another container of services.</summary>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <summary>Adds middleware; what is added first runs outermost.</summary>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        Worker.Use(middleware);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("The application has already been built.");
        }
    }
}
