namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>The outcome of a conversion.</summary>
public readonly struct ConversionResult
{
    private ConversionResult(ConversionStatus status, object? value, Exception? error)
    {
        Status = status;
        Value = value;
        Error = error;
    }

    /// <summary>What became of it.</summary>
    public ConversionStatus Status { get; }

    /// <summary>The value, when it succeeded.</summary>
    public object? Value { get; }

    /// <summary>Why it failed, when it did.</summary>
    public Exception? Error { get; }

    /// <summary>It was not for this converter.</summary>
    public static ConversionResult Unhandled() => default;

    /// <summary>It succeeded.</summary>
    public static ConversionResult Success(object? value) => new(ConversionStatus.Succeeded, value, null);

    /// <summary>It failed.</summary>
    public static ConversionResult Failed(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(ConversionStatus.Failed, null, exception);
    }
}
