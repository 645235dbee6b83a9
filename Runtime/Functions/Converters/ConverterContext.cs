namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What is to be converted into what.</summary>
public abstract class ConverterContext
{
    /// <summary>The parameter's type.</summary>
    public abstract Type TargetType { get; }

    /// <summary>What the trigger or the binding data holds under the parameter's name, or null.</summary>
    public abstract object? Source { get; }

    /// <summary>The call.</summary>
    public abstract FunctionContext FunctionContext { get; }

    /// <summary>What the parameter's attributes say, by key.</summary>
    public abstract IReadOnlyDictionary<string, object> Properties { get; }
}
