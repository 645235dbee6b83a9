using FuncExec.Runtime.Functions.Durable;
using FuncExec.Runtime.Functions.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>What functions are bound with.</summary>
internal sealed record BinderSettings
{
    /// <summary>The app's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>Tells which services are registered.</summary>
    public required IServiceProviderIsService Registered { get; init; }

    /// <summary>The app's worker options.</summary>
    public required WorkerOptions Worker { get; init; }

    /// <summary>What durable data is stored by.</summary>
    public required DataConverter Converter { get; init; }

    /// <summary>Whether the app asked for ASP.NET Core's model of HTTP.</summary>
    public required bool WebModel { get; init; }

    /// <summary>Resolves <c>%NAME%</c>.</summary>
    public required NameResolver Names { get; init; }

    /// <summary>The clients that functions receive.</summary>
    public required DurableClients Clients { get; init; }
}
