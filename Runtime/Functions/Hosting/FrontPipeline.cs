using FuncExec.Runtime.Functions.Front;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>The steps of every request.</summary>
internal static class FrontPipeline
{
    /// <summary>Adds the steps.</summary>
    public static void Configure(IApplicationBuilder app)
    {
        app.UseMiddleware<FrontMiddleware>();
        // Inside the step above: what that writes after a failure must not meet what was compressed before it.
        app.UseResponseCompression();
        app.UseRouting();
        app.UseMiddleware<GateMiddleware>();
        app.UseEndpoints(static endpoints =>
            endpoints.DataSources.Add(endpoints.ServiceProvider.GetRequiredService<RuntimeEndpoints>()));
    }
}
