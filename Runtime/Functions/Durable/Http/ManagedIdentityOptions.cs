using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>Of whom a token is asked.</summary>
/// <param name="authorityHost">The authority. Here the app's credential decides it: a request that names one fails, and says so.</param>
/// <param name="tenantId">The tenant.</param>
public class ManagedIdentityOptions(Uri? authorityHost = null, string? tenantId = null)
{
    /// <summary>The authority.</summary>
    [JsonPropertyName("authorityhost")]
    public Uri? AuthorityHost { get; set; } = authorityHost;

    /// <summary>The tenant.</summary>
    [JsonPropertyName("tenantid")]
    public string? TenantId { get; set; } = tenantId;
}
