using FuncExec.ExecutorPlugins;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Housekeeping;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using FuncExec.WorkerFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>The composition of the app, for every process that is to be one.</summary>
public static class FuncExecApp
{
    /// <summary>Begins the app with everything that belongs to it; the caller may add to it before it builds it.</summary>
    /// <param name="args">The command line: <c>--urls</c>, <c>--no-auth</c>, and any setting as <c>--name value</c>.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();

        builder.Services.AddSettings();
        builder.AddChosenLedger();
        builder.Services.AddExecutors();
        builder.Services.AddFiles();
        builder.Services.AddTasks();
        builder.Services.AddHousekeeping();
        builder.Services.AddNode();
        builder.AddTelemetry();
        builder.Services.AddPlace();
        builder.AddApi();
        builder.LimitTaskActivities();
        builder.LimitStop();
        return builder;
    }

    /// <summary>The whole app; started, it is the service.</summary>
    /// <param name="args">As for <see cref="CreateBuilder"/>.</param>
    public static IHost Build(string[] args) => CreateBuilder(args).Build();

    /// <summary>Runs the service until it is told to stop; answers its exit code. A start that failed ends with its reason alone.</summary>
    /// <param name="args">As for <see cref="CreateBuilder"/>.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await RunAsync(Build(args));
            return 0;
        }
        catch (Exception exception) when (exception is LedgerStartException or LedgerUnavailableException or ProcessRunnerException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task RunAsync(IHost host)
    {
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync();
            await host.WaitForShutdownAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to end before it had started: what has started may be at work, and ends as at any other stop.
            await host.StopAsync();
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}
