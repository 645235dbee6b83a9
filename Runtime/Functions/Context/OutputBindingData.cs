namespace Microsoft.Azure.Functions.Worker;

/// <summary>The value of a function's output, as middleware sees it.</summary>
/// <typeparam name="T">Its type.</typeparam>
public abstract class OutputBindingData<T>
{
    /// <summary>The kind of the binding, such as <c>http</c>.</summary>
    public abstract string BindingType { get; }

    /// <summary>The property bound, or <c>$return</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The value; set, it is what goes out.</summary>
    public abstract T? Value { get; set; }
}
