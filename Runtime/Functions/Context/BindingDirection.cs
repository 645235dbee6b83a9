namespace Microsoft.Azure.Functions.Worker;

/// <summary>Whether a binding goes in or out.</summary>
public enum BindingDirection
{
    /// <summary>Into the function.</summary>
    In,

    /// <summary>Out of it.</summary>
    Out,
}
