namespace Microsoft.DurableTask.Entities;

/// <summary>How to signal an entity.</summary>
public record SignalEntityOptions
{
    /// <summary>When the signal is delivered; null for at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    /// <summary>Default options for true, none for false and null.</summary>
    public static implicit operator SignalEntityOptions?(bool? value) => value is true ? new() : null;

    /// <summary>Options that deliver the signal at the given time.</summary>
    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };
}
