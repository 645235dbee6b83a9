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
        app.UseRouting();
        app.UseMiddleware<GateMiddleware>();
        app.UseEndpoints(static endpoints =>
            endpoints.DataSources.Add(endpoints.ServiceProvider.GetRequiredService<RuntimeEndpoints>()));
    }
}
