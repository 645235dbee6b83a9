using FuncExec.Runtime.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Microsoft.Extensions.Hosting;

/// <summary>ASP.NET Core's model of HTTP for Functions apps over <see cref="IHostBuilder"/>.</summary>
public static class FunctionsHostBuilderExtensions
{
    /// <summary>Makes the host a Functions app whose functions may take <c>HttpRequest</c> and return <c>IResult</c> and <c>IActionResult</c>.</summary>
    public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder) =>
        builder.ConfigureFunctionsWebApplication(static (_, _) => { });

    /// <summary>The same, and configures the worker.</summary>
    public static IHostBuilder ConfigureFunctionsWebApplication(
        this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configureWorker) =>
        builder.ConfigureFunctionsWebApplication((_, worker) => configureWorker(worker));

    /// <summary>The same, and configures the worker.</summary>
    public static IHostBuilder ConfigureFunctionsWebApplication(
        this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configureWorker)
    {
        ArgumentNullException.ThrowIfNull(configureWorker);
        return builder.ConfigureFunctionsWorkerDefaults((context, worker) =>
        {
            ((WorkerBuilder)worker).UseWebModel();
            configureWorker(context, worker);
        });
    }
}
