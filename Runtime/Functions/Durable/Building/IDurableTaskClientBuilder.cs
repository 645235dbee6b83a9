using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Client;

/// <summary>Configures the app's client. There is one, whatever the name.</summary>
public interface IDurableTaskClientBuilder
{
    /// <summary>The name it was asked for by; empty by default.</summary>
    string Name { get; }

    /// <summary>The app's services.</summary>
    IServiceCollection Services { get; }
}
