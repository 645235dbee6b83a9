using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

/// <summary>A value as stored, with what reads it.</summary>
/// <param name="data">The serialized value.</param>
/// <param name="converter">What reads it; null for <see cref="JsonDataConverter.Default"/>.</param>
public sealed class SerializedData(string data, DataConverter? converter = null)
{
    /// <summary>The serialized value.</summary>
    public string Value { get; } = data ?? throw new ArgumentNullException(nameof(data));

    /// <summary>What reads it.</summary>
    public DataConverter Converter { get; } = converter ?? JsonDataConverter.Default;

    /// <summary>Reads the value.</summary>
    public T ReadAs<T>() => Converter.Deserialize<T>(Value);
}
