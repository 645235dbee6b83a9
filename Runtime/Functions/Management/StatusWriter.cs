using System.Globalization;
using System.Text.Json;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Management;

/// <summary>Writes the status of an instance as the official API has it.</summary>
internal static class StatusWriter
{
    /// <summary>Writes one status.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="instance">The instance, fetched with inputs and outputs.</param>
    /// <param name="showInput">Whether the input is shown; else it is null.</param>
    /// <param name="history">The history to show, or null for none.</param>
    /// <param name="showHistoryOutput">Whether the history shows results.</param>
    public static void Write(
        Utf8JsonWriter writer,
        OrchestrationMetadata instance,
        bool showInput,
        IReadOnlyList<TurnRecord>? history = null,
        bool showHistoryOutput = false)
    {
        writer.WriteStartObject();
        writer.WriteString("name", instance.Name);
        writer.WriteString("instanceId", instance.InstanceId);
        writer.WriteString("runtimeStatus", instance.RuntimeStatus.ToString());
        JsonText.WriteStored(writer, "input", showInput ? instance.SerializedInput : null);
        JsonText.WriteStored(writer, "customStatus", instance.SerializedCustomStatus);
        JsonText.WriteStored(writer, "output", instance.SerializedOutput);
        writer.WriteString("createdTime", Spell(instance.CreatedAt));
        writer.WriteString("lastUpdatedTime", Spell(instance.LastUpdatedAt));
        if (history is not null)
        {
            writer.WritePropertyName("historyEvents");
            HistoryWriter.Write(writer, history, showInput, showHistoryOutput);
        }

        writer.WriteEndObject();
    }

    private static string Spell(DateTimeOffset time) => time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
}
