using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Worker;

/// <summary>Configures the app's node. There is one, whatever the name; its tasks are the app's functions.</summary>
public interface IDurableTaskWorkerBuilder
{
    /// <summary>The name it was asked for by; empty by default.</summary>
    string Name { get; }

    /// <summary>The app's services.</summary>
    IServiceCollection Services { get; }
}
