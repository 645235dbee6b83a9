using FuncExec.WorkerFunctions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// Has a stop come to its end in <see cref="AppOptions.StopTimeout"/>, before whoever asked for it kills the process: commands
/// run on for a part of it, and have their grace in the rest.
/// </summary>
internal static class StopLimit
{
    public static void LimitStop(this FunctionsApplicationBuilder builder)
    {
        AppOptions options = AppOptionsReader.Peek(builder.Configuration);
        if (builder.Configuration[AppOptionsReader.DrainSetting] is null)
        {
            builder.Configuration.AddInMemoryCollection(
                [KeyValuePair.Create<string, string?>(AppOptionsReader.DrainSetting, options.StopDrain.ToString("c"))]);
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);
    }
}
