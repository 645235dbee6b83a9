using FuncExec.Runtime.Functions.Invocation;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Durable;

/// <summary>Makes the client that a call receives: the engine's, which knows by which request it was asked for.</summary>
internal sealed class DurableClients(Func<DurableTaskClient> engine, ManagementLinks links, string hubName, string defaultVersion)
{
    /// <summary>The app's task hub.</summary>
    public string HubName { get; } = hubName;

    /// <summary>The client for a call.</summary>
    public DurableTaskClient For(Call call) => new FunctionsDurableTaskClient(
        engine, links, (call as HttpInvocation)?.Http.Request, defaultVersion);

    /// <summary>The client outside of calls.</summary>
    public DurableTaskClient ForApp() => new FunctionsDurableTaskClient(engine, links, null, defaultVersion);
}
