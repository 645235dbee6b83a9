using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>
/// Takes the token from the <see cref="global::Azure.Core.TokenCredential"/> that the app has registered as a service: this
/// runtime brings no credentials of its own.
/// </summary>
/// <param name="resource">What the token is for, as <c>https://management.core.windows.net/.default</c>.</param>
/// <param name="options">Of whom it is asked, or null.</param>
public class ManagedIdentityTokenSource(string resource, ManagedIdentityOptions? options = null) : TokenSource(Normalize(resource))
{
    /// <summary>Of whom it is asked, or null.</summary>
    [JsonPropertyName("options")]
    public ManagedIdentityOptions? Options { get; } = options;

    private static string Normalize(string resource) => resource switch
    {
        "https://management.core.windows.net" or "https://management.core.windows.net/" => "https://management.core.windows.net/.default",
        "https://graph.microsoft.com" or "https://graph.microsoft.com/" => "https://graph.microsoft.com/.default",
        _ => resource,
    };
}
