namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Offered by a hub that several nodes share: texts that all of them have to know, and nobody else, such as the service's key.
/// </summary>
public interface IHubSecrets
{
    /// <summary>The text of a name: the stored one, or <paramref name="value"/>, which is stored when there is none. All nodes get the same.</summary>
    Task<string> GetOrAddSecretAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Stores a text of a name in place of any before it.</summary>
    Task SetSecretAsync(string name, string value, CancellationToken cancellationToken);
}
