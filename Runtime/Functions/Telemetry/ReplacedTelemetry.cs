using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Telemetry;

/// <summary>A call of the app's that adds telemetry of another kind than this runtime's; the start names it.</summary>
/// <param name="Method">The method that was called.</param>
internal sealed record ReplacedTelemetry(string Method)
{
    /// <summary>Notes a call, once.</summary>
    public static IServiceCollection Add(IServiceCollection services, string method)
    {
        ArgumentNullException.ThrowIfNull(services);
        ReplacedTelemetry call = new(method);
        return services.Any(service => call.Equals(service.ImplementationInstance)) ? services : services.AddSingleton(call);
    }
}
