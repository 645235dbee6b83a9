namespace FuncExec.Cli.Services;

/// <summary>A service that was found or started, and the way to speak to it.</summary>
internal sealed class ServiceLink : IAsyncDisposable
{
    private readonly HostedService? _hosted;

    /// <summary>Makes one.</summary>
    /// <param name="client">Speaks to it.</param>
    /// <param name="place">Whose it is.</param>
    /// <param name="hosted">The service, when it is in this process.</param>
    public ServiceLink(ApiClient client, ServicePlace place, HostedService? hosted = null)
    {
        Client = client;
        Place = place;
        _hosted = hosted;
    }

    /// <summary>Speaks to it.</summary>
    public ApiClient Client { get; }

    /// <summary>Whose it is.</summary>
    public ServicePlace Place { get; }

    /// <summary>Whether commands start here as the caller would start them, not in surroundings of the service's own.</summary>
    public bool ActsForCaller => Place is ServicePlace.Here or ServicePlace.OtherCommandLine;

    /// <summary>When the service in this process began; null when it is in another.</summary>
    public DateTimeOffset? HostedSince => _hosted?.StartedAt;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_hosted is not null)
        {
            await _hosted.DisposeAsync();
        }
    }
}
