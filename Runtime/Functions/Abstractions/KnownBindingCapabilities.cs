namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Values for <see cref="BindingCapabilitiesAttribute"/>.</summary>
public static class KnownBindingCapabilities
{
    /// <summary>The trigger may be used with <see cref="RetryAttribute"/>.</summary>
    public const string FunctionLevelRetry = "FunctionLevelRetry";
}
