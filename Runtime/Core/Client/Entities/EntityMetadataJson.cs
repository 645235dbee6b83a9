using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>
/// Writes what is known of an entity: what there is nothing to tell of (no backlog, no lock, no state) has no member. It is
/// not read back.
/// </summary>
internal sealed class EntityMetadataJson : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(IMembers));

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Writer<>).MakeGenericType(typeToConvert))!;

    /// <summary>What has members to write.</summary>
    internal interface IMembers
    {
        /// <summary>The members that there is something to tell of, by the names of their properties.</summary>
        IEnumerable<(string Name, object Value)> Members();
    }

    private sealed class Writer<T> : JsonConverter<T>
        where T : IMembers
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("What is known of an entity is not read from JSON.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach ((string name, object member) in value.Members())
            {
                writer.WritePropertyName(options.PropertyNamingPolicy?.ConvertName(name) ?? name);
                JsonSerializer.Serialize(writer, member, member.GetType(), options);
            }

            writer.WriteEndObject();
        }
    }
}
