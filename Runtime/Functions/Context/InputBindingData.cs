namespace Microsoft.Azure.Functions.Worker;

/// <summary>The value of a function's input, as middleware sees it.</summary>
/// <typeparam name="T">Its type.</typeparam>
public abstract class InputBindingData<T>
{
    /// <summary>The binding.</summary>
    public abstract BindingMetadata BindingMetadata { get; }

    /// <summary>The value; set, it is what the function receives.</summary>
    public abstract T? Value { get; set; }
}
