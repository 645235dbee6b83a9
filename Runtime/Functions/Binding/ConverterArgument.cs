using System.Collections.Immutable;
using System.Reflection;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>A parameter that the app's own converters fill.</summary>
internal sealed class ConverterArgument : Argument
{
    private readonly ParameterInfo _parameter;
    private readonly IReadOnlyList<IInputConverter> _converters;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private ConverterArgument(ParameterInfo parameter, IReadOnlyList<IInputConverter> converters)
    {
        Name = parameter.Name!;
        _parameter = parameter;
        _converters = converters;
    }

    /// <summary>
    /// Binds a parameter that names a converter, or whose type does; or, when the app registered converters, one that
    /// nothing else can fill. Null when none applies.
    /// </summary>
    public static ConverterArgument? TryBind(ParameterInfo parameter, BinderSettings settings)
    {
        InputConverterAttribute[] named = [
            .. parameter.GetCustomAttributes<InputConverterAttribute>(),
            .. parameter.ParameterType.GetCustomAttributes<InputConverterAttribute>()];
        if (named.Any(static attribute => attribute is FromBodyAttribute))
        {
            return null;
        }

        IEnumerable<Type> types = named.Length > 0
            ? named.Select(static attribute => attribute.ConverterType)
            : ValueReader.For(parameter.ParameterType) is null ? settings.Worker.InputConverters : [];
        IInputConverter[] converters = [.. types.Select(type =>
            (IInputConverter)ActivatorUtilities.GetServiceOrCreateInstance(settings.Services, type))];
        return converters.Length == 0 ? null : new ConverterArgument(parameter, converters);
    }

    public override async ValueTask<object?> MakeAsync(Call call)
    {
        call.BindingContext.BindingData.TryGetValue(Name, out object? source);
        Conversion conversion = new(_parameter.ParameterType, source, call);
        foreach (IInputConverter converter in _converters)
        {
            ConversionResult result = await converter.ConvertAsync(conversion).ConfigureAwait(false);
            if (result.Status == ConversionStatus.Succeeded)
            {
                return result.Value;
            }

            if (result.Status == ConversionStatus.Failed)
            {
                throw Refuse(call, $"cannot be converted: {result.Error?.Message}", result.Error);
            }
        }

        if (_parameter.HasDefaultValue)
        {
            return _parameter.DefaultValue;
        }

        return _parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(_parameter.ParameterType) is null
            ? throw Refuse(call, "was made by none of its converters, and it has no default.", null)
            : null;
    }

    private FunctionInputConverterException Refuse(Call call, string what, Exception? cause)
    {
        string text = $"Parameter '{Name}' of function '{call.Function.Name}' {what}";
        return call is HttpInvocation
            ? new RequestRefusedException(StatusCodes.Status400BadRequest, text, Name, what, cause)
            : new FunctionInputConverterException(text, cause);
    }

    private sealed class Conversion(Type type, object? source, FunctionContext context) : ConverterContext
    {
        public override Type TargetType => type;

        public override object? Source => source;

        public override FunctionContext FunctionContext => context;

        public override IReadOnlyDictionary<string, object> Properties => ImmutableDictionary<string, object>.Empty;
    }
}
