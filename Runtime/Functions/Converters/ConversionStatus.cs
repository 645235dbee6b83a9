namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What became of a conversion.</summary>
public enum ConversionStatus
{
    /// <summary>It was not for this converter: the next one is asked.</summary>
    Unhandled,

    /// <summary>It succeeded.</summary>
    Succeeded,

    /// <summary>It failed: the call fails.</summary>
    Failed,
}
