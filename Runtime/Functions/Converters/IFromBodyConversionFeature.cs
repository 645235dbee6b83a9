namespace Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;

/// <summary>How <see cref="Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute"/> reads a body; set as a feature of the call, it takes the place of the runtime's way.</summary>
public interface IFromBodyConversionFeature
{
    /// <summary>Reads the body into a type.</summary>
    ValueTask<object?> ConvertAsync(FunctionContext context, Type targetType);
}
