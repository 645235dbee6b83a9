using System.Text.Json;
using System.Text.Json.Serialization;
using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Command;

/// <summary>What the command executor tells of an attempt, besides its outcome.</summary>
internal sealed record CommandDetails
{
    /// <summary>What is told of what the policy does not let run.</summary>
    public static JsonElement Refused { get; } = Serialize(new CommandDetails { StartFailure = "refused" });

    /// <summary>Why it was not started, for code.</summary>
    public string? StartFailure { get; init; }

    /// <summary>The signal that ended it, if one did.</summary>
    public CommandSignal? Signal { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? FinishedAt { get; init; }

    public TimeSpan? Duration { get; init; }

    public TimeSpan? UserCpu { get; init; }

    public TimeSpan? SystemCpu { get; init; }

    public long? PeakMemoryBytes { get; init; }

    /// <summary>As JSON; null for what was ended before it was started.</summary>
    public static JsonElement? From(ProcessOutcome outcome) => outcome switch
    {
        ProcessOutcome.NotStarted failure => Serialize(new CommandDetails { StartFailure = JsonNamingPolicy.CamelCase.ConvertName(failure.Reason.ToString()) }),
        { Usage: { } usage } => Serialize(new CommandDetails
        {
            Signal = outcome is ProcessOutcome.Exited { Signal: { } number } ? new CommandSignal(SignalNames.Of(number), number) : null,
            StartedAt = usage.StartedAt.UtcDateTime,
            FinishedAt = usage.FinishedAt.UtcDateTime,
            Duration = usage.Duration,
            UserCpu = usage.UserCpu,
            SystemCpu = usage.SystemCpu,
            PeakMemoryBytes = usage.PeakMemoryBytes,
        }),
        _ => null,
    };

    private static JsonElement Serialize(CommandDetails details) => JsonSerializer.SerializeToElement(details, CommandJson.Default.CommandDetails);
}

/// <summary>A signal.</summary>
/// <param name="Name">Such as <c>SIGKILL</c>.</param>
/// <param name="Number">Such as 9.</param>
internal sealed record CommandSignal(string Name, int Number);

/// <summary>Writes details.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CommandDetails))]
internal sealed partial class CommandJson : JsonSerializerContext;
