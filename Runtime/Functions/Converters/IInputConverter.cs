namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Makes a parameter's value.</summary>
public interface IInputConverter
{
    /// <summary>Makes the value, or says that it is not for this converter.</summary>
    ValueTask<ConversionResult> ConvertAsync(ConverterContext context);
}
