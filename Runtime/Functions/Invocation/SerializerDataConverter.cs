using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>Stores durable data with a serializer of the app's choice.</summary>
internal sealed class SerializerDataConverter(ObjectSerializer serializer) : DataConverter
{
    [return: NotNullIfNotNull(nameof(value))]
    public override string? Serialize(object? value) =>
        value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    [return: NotNullIfNotNull(nameof(data))]
    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null)
        {
            return null;
        }

        using MemoryStream stream = new(Encoding.UTF8.GetBytes(data), writable: false);
        return serializer.Deserialize(stream, targetType, CancellationToken.None)!;
    }
}
