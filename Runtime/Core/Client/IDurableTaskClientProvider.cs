namespace Microsoft.DurableTask.Client;

/// <summary>Gives clients by their names.</summary>
public interface IDurableTaskClientProvider
{
    /// <summary>The client of the given name.</summary>
    /// <param name="name">Its name; null for the default one.</param>
    DurableTaskClient GetClient(string? name = null);
}
