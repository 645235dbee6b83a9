using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>Writes token sources with their kind.</summary>
internal sealed class TokenSourceConverter : JsonConverter<TokenSource>
{
    private const string ManagedIdentity = "AzureManagedIdentity";

    public override TokenSource? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        StoredSource? stored = JsonSerializer.Deserialize<StoredSource>(ref reader, JsonSerializerOptions.Default);
        return stored switch
        {
            null => null,
            { Kind: ManagedIdentity, Resource: { } resource } => new ManagedIdentityTokenSource(resource, stored.Options),
            _ => throw new JsonException($"'{stored.Kind}' is no kind of token source that is known here; known is '{ManagedIdentity}'."),
        };
    }

    public override void Write(Utf8JsonWriter writer, TokenSource value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(
            writer,
            new StoredSource(ManagedIdentity, value.Resource, ((ManagedIdentityTokenSource)value).Options),
            JsonSerializerOptions.Default);

    private sealed record StoredSource(
        [property: JsonPropertyName("kind")] string? Kind,
        [property: JsonPropertyName("resource")] string? Resource,
        [property: JsonPropertyName("options"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ManagedIdentityOptions? Options);
}
