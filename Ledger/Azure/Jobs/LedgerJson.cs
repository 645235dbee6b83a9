using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FuncExec.Ledger.Azure.Nodes;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>Values of rows: JSON, compressed where that is shorter. Statuses and states are numbers whose meaning never changes.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HeadData))]
[JsonSerializable(typeof(StepsData))]
[JsonSerializable(typeof(TaskData))]
[JsonSerializable(typeof(EventsData))]
[JsonSerializable(typeof(ArtifactsData))]
[JsonSerializable(typeof(NodeData))]
[JsonSerializable(typeof(TotalsData))]
[JsonSerializable(typeof(CountedData))]
[JsonSerializable(typeof(RequestData))]
[JsonSerializable(typeof(VersionData))]
internal sealed partial class LedgerJson : JsonSerializerContext
{
    internal static byte[] Write<T>(T value, JsonTypeInfo<T> type) => Packed.Of(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <exception cref="LedgerDamagedException">It cannot be read.</exception>
    internal static T Read<T>(TableRow row, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Packed.Read(row.Data.Span), type) ?? throw Damaged(row);
        }
        catch (Exception e) when (e is JsonException or LedgerDamagedException)
        {
            throw Damaged(row);
        }
    }

    internal static LedgerDamagedException Damaged(TableRow row) => new(
        $"The row ({row.Partition}, {row.Key}) of the ledger's table is damaged. Stop the service, keep a copy of the table, and restore one from before (docs/ledger.md).");
}
