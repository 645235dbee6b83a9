using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Microsoft.DurableTask.Converters;

/// <summary>Converts by <see cref="JsonSerializer"/>.</summary>
public class JsonDataConverter : DataConverter
{
    // Stored histories were written with these: names as declared and case-sensitive, public fields included.
    private static readonly JsonSerializerOptions _defaultOptions = new() { IncludeFields = true };

    private readonly JsonSerializerOptions _options;

    /// <summary>Makes a converter.</summary>
    /// <param name="options">
    /// How to serialize. Null: the serializer's own defaults (names as declared, case-sensitive) with public fields.
    /// </param>
    public JsonDataConverter(JsonSerializerOptions? options = null)
    {
        _options = options ?? _defaultOptions;
    }

    /// <summary>The converter with the default options.</summary>
    public static JsonDataConverter Default { get; } = new();

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(value))]
    public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, _options);

    /// <inheritdoc/>
    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);
}
