namespace Microsoft.Azure.Functions.Worker;

/// <summary>The result of a call, as middleware sees it.</summary>
/// <typeparam name="T">Its type.</typeparam>
public abstract class InvocationResult<T>
{
    /// <summary>The result; set, it takes the place of what the function returned.</summary>
    public abstract T? Value { get; set; }
}
