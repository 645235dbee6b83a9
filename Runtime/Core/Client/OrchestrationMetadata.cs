using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.DurableTask.Client;

/// <summary>What is known of an orchestration at one moment.</summary>
/// <param name="name">The orchestrator's name.</param>
/// <param name="instanceId">The instance id.</param>
public sealed class OrchestrationMetadata(string name, string instanceId)
{
    private const int ShownPayloadLength = 50;

    /// <summary>The orchestrator's name.</summary>
    public string Name { get; } = name;

    /// <summary>The instance id.</summary>
    public string InstanceId { get; } = instanceId;

    /// <summary>Reads the serialized values; null when they were not asked for.</summary>
    public DataConverter? DataConverter { get; init; }

    /// <summary>Where it stands.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was created (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>The input as stored, or null when there is none or it was not asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>The output as stored, or null when there is none or it was not asked for.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>The custom status as stored, or null when there is none or it was not asked for.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>The names and values it was started with. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How it failed; null unless it is <see cref="OrchestrationRuntimeStatus.Failed"/>.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    /// <summary>Whether it is <see cref="OrchestrationRuntimeStatus.Running"/>: not while it is pending or suspended.</summary>
    public bool IsRunning => RuntimeStatus is OrchestrationRuntimeStatus.Running;

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool IsCompleted => RuntimeStatus
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    /// <summary>Reads the input; the type's default when there is none.</summary>
    /// <exception cref="InvalidOperationException">Inputs and outputs were not asked for.</exception>
    public T? ReadInputAs<T>() => Converter().Deserialize<T>(SerializedInput);

    /// <summary>Reads the output; the type's default when there is none.</summary>
    /// <exception cref="InvalidOperationException">Inputs and outputs were not asked for.</exception>
    public T? ReadOutputAs<T>() => Converter().Deserialize<T>(SerializedOutput);

    /// <summary>Reads the custom status; the type's default when there is none.</summary>
    /// <exception cref="InvalidOperationException">Inputs and outputs were not asked for.</exception>
    public T? ReadCustomStatusAs<T>() => Converter().Deserialize<T>(SerializedCustomStatus);

    /// <summary>A line for logs and debuggers; long values are cut.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append($"[Name: '{Name}', ID: '{InstanceId}', RuntimeStatus: {RuntimeStatus}");
        text.Append($", CreatedAt: {CreatedAt:s}, LastUpdatedAt: {LastUpdatedAt:s}");
        if (SerializedInput is not null)
        {
            text.Append($", Input: '{Cut(SerializedInput)}'");
        }

        if (SerializedOutput is not null)
        {
            text.Append($", Output: '{Cut(SerializedOutput)}'");
        }

        if (FailureDetails is not null)
        {
            text.Append($", FailureDetails: '{FailureDetails.ErrorType} - {Cut(FailureDetails.ErrorMessage)}'");
        }

        return text.Append(']').ToString();
    }

    private static string Cut(string value) =>
        value.Length > ShownPayloadLength ? string.Concat(value.AsSpan(0, ShownPayloadLength), "...") : value;

    private DataConverter Converter([CallerMemberName] string caller = "") => DataConverter
        ?? throw new InvalidOperationException(
            $"{caller} needs the instance to be fetched with its inputs and outputs: ask with getInputsAndOutputs (or "
            + $"{nameof(OrchestrationQuery)}.{nameof(OrchestrationQuery.FetchInputsAndOutputs)}) true.");
}
