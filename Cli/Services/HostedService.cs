using FuncExec.WorkerFunctions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FuncExec.Cli.Services;

/// <summary>The service in this process, on a loopback port of its own.</summary>
internal sealed class HostedService : IAsyncDisposable
{
    private readonly IHost _host;

    private HostedService(IHost host, Uri address, DateTimeOffset startedAt)
    {
        _host = host;
        Address = address;
        StartedAt = startedAt;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>When it began to listen: jobs that were accepted before are not of its life.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Starts it.</summary>
    public static async Task<HostedService> StartAsync(ServiceChoice choice, CancellationToken cancellationToken)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        FunctionsApplicationBuilder builder = FuncExecApp.CreateBuilder(
        [
            "--urls", "http://127.0.0.1:0",
            "--" + DataDirectories.Setting, choice.DataDirectory,
            "--" + ServerFile.HostedSetting, "true",
            "--FuncExec:Metrics:Enabled", "false",
            // What is still to be waited for was waited for before; what is cut off here goes on at the next start.
            "--FuncExec:Engine:DrainTimeout", "00:00:00.5",
            "--LOG_LEVEL", choice.Verbose ? "warning" : "none",
        ]);
        // Signals are for the job: what they mean is decided where it is followed.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        if (choice.Verbose)
        {
            builder.Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
        else
        {
            builder.Logging.ClearProviders();
        }

        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            string address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new HostedService(host, new Uri(address.TrimEnd('/') + "/"), startedAt);
        }
        catch
        {
            await DisposeAsync(host);
            throw;
        }
    }

    /// <summary>Stops it; what it runs goes on at the next start over the same data.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await DisposeAsync(_host);
    }

    private static ValueTask DisposeAsync(IHost host) => host is IAsyncDisposable disposable ? disposable.DisposeAsync() : Now(host);

    private static ValueTask Now(IHost host)
    {
        host.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
