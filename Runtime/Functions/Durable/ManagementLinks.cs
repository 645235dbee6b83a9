using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Durable;

/// <summary>Builds the addresses by which an instance is managed.</summary>
internal sealed class ManagementLinks(RuntimeState state, IServiceProvider services)
{
    /// <summary>Where the management API is.</summary>
    public const string BasePath = "/runtime/webhooks/durabletask";

    /// <summary>The first address that the service listens on, or null before it does.</summary>
    public string? OwnAddress => services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.TrimEnd('/');

    /// <summary>The addresses for an instance.</summary>
    /// <param name="address">Scheme, host and port, without slash at the end.</param>
    /// <param name="instanceId">The instance.</param>
    public HttpManagementPayload Create(string address, string instanceId) =>
        Create(address, instanceId, operation => "code=" + state.Keys.Code(operation, instanceId));

    /// <summary>The addresses for an instance, without codes.</summary>
    public static HttpManagementPayload CreateBare(string address, string instanceId) =>
        Create(address, instanceId, static _ => null);

    private static HttpManagementPayload Create(string address, string instanceId, Func<ManagementOperation, string?> code)
    {
        string instance = $"{address}{BasePath}/instances/{Uri.EscapeDataString(instanceId)}";
        return new HttpManagementPayload
        {
            Id = instanceId,
            PurgeHistoryDeleteUri = Join(instance, null, code(ManagementOperation.Purge)),
            SendEventPostUri = Join(instance + "/raiseEvent/{eventName}", null, code(ManagementOperation.RaiseEvent)),
            StatusQueryGetUri = Join(instance, null, code(ManagementOperation.Status)),
            TerminatePostUri = Join(instance + "/terminate", "reason={text}", code(ManagementOperation.Terminate)),
            SuspendPostUri = Join(instance + "/suspend", "reason={text}", code(ManagementOperation.Suspend)),
            ResumePostUri = Join(instance + "/resume", "reason={text}", code(ManagementOperation.Resume)),
            RewindPostUri = Join(instance + "/rewind", "reason={text}", code(ManagementOperation.Rewind)),
            RestartPostUri = Join(instance + "/restart", null, code(ManagementOperation.Restart)),
        };
    }

    private static string Join(string address, string? reason, string? code) => (reason, code) switch
    {
        (null, null) => address,
        (null, _) => $"{address}?{code}",
        (_, null) => $"{address}?{reason}",
        _ => $"{address}?{reason}&{code}",
    };
}
