using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Hosting;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>What the start has made and requests need.</summary>
internal sealed class RuntimeState
{
    private AccessKeys? _keys;

    /// <summary>The service's keys.</summary>
    public AccessKeys Keys
    {
        get => _keys ?? throw new InvalidOperationException("The service has not started.");
        set => _keys = value;
    }

    /// <summary>Whether no caller has to present a key.</summary>
    public bool NoAuth { get; set; }

    /// <summary>Whether <c>GET /metrics</c> needs neither key nor a name of this service.</summary>
    public bool MetricsArePublic { get; set; }

    /// <summary>Whether the service listens where other machines reach it.</summary>
    public bool IsPublic { get; set; }

    /// <summary>By what names and ways other machines reach it.</summary>
    public HttpAccess Access { get; set; } = new([], false, []);

    /// <summary>Whether the whole app has started.</summary>
    public bool IsStarted { get; set; }

    /// <summary>The engine, or null before it runs and in an app without durable functions.</summary>
    public DurableEngine? Engine { get; set; }

    /// <summary>Why nothing durable can be done just now, or null.</summary>
    public string? NotReadyReason => Engine is null ? "The durable engine does not run." : Engine.NotReadyReason;
}
