namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Chooses the converter of a parameter, or of all parameters of a type.</summary>
[AttributeUsage(
    AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Struct,
    AllowMultiple = true)]
public class InputConverterAttribute : Attribute
{
    /// <summary>Chooses a converter.</summary>
    /// <param name="converterType">A type that implements <see cref="IInputConverter"/>; its constructor may take services.</param>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public InputConverterAttribute(Type converterType)
    {
        ArgumentNullException.ThrowIfNull(converterType);
        if (!typeof(IInputConverter).IsAssignableFrom(converterType))
        {
            throw new InvalidOperationException($"{converterType} does not implement {typeof(IInputConverter)}.");
        }

        ConverterType = converterType;
    }

    /// <summary>The converter.</summary>
    public Type ConverterType { get; }
}
