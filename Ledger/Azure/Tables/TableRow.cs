using Azure;
using Azure.Data.Tables;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>A row of the table. All that it says is one value; keys are of characters that need no escape.</summary>
/// <param name="Partition">Its partition key.</param>
/// <param name="Key">Its row key.</param>
/// <param name="Data">What it says.</param>
internal sealed record TableRow(string Partition, string Key, ReadOnlyMemory<byte> Data)
{
    /// <summary>The most bytes that a row's value may have. An entity has at most 1 MiB, properties of 64 KiB.</summary>
    internal const int MostData = 15 * MostInProperty;

    private const int MostInProperty = 64 * 1024;

    private static readonly string[] s_names = [.. Enumerable.Range(0, 15).Select(static i => $"D{i:D2}")];

    /// <summary>Which version of it this is; <see langword="default"/> for one to be written.</summary>
    internal ETag ETag { get; init; }

    /// <summary>How old it was when it was read, by the service's clock.</summary>
    internal TimeSpan Age { get; init; }

    /// <summary>Reads an entity of an answer that was given at a time of the service's clock.</summary>
    internal static TableRow Of(TableEntity entity, DateTimeOffset? answeredAt) => new(entity.PartitionKey, entity.RowKey, Join(entity))
    {
        ETag = entity.ETag,
        Age = answeredAt - entity.Timestamp ?? TimeSpan.Zero,
    };

    /// <summary>As it is sent: the value cut into as many properties as it needs.</summary>
    internal TableEntity ToEntity()
    {
        if (Data.Length > MostData)
        {
            throw new ArgumentException($"What is to be stored takes {Data.Length} bytes in one row; a row of a table holds {MostData}.");
        }

        var entity = new TableEntity(Partition, Key);
        for (int i = 0; i * MostInProperty < Data.Length; i++)
        {
            int from = i * MostInProperty;
            entity[s_names[i]] = Data.Slice(from, Math.Min(MostInProperty, Data.Length - from)).ToArray();
        }

        return entity;
    }

    private static byte[] Join(TableEntity entity)
    {
        byte[] data = [];
        for (int i = 0; i < s_names.Length && entity.GetBinary(s_names[i]) is { } part; i++)
        {
            data = i == 0 ? part : [.. data, .. part];
        }

        return data;
    }
}
