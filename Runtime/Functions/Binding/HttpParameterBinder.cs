using System.Reflection;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>HTTP functions take the request or its body, and route and query values by name.</summary>
internal sealed class HttpParameterBinder(BinderSettings settings, ParameterFaults faults) : ParameterBinder
{
    public override string TriggerType => "httpTrigger";

    public override Argument? BindTrigger(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string name = parameter.Name!;
        if (type == typeof(HttpRequestData))
        {
            return Argument.At(name, static call => ((HttpInvocation)call).Request);
        }

        if (type == typeof(HttpRequest))
        {
            return settings.WebModel
                ? Argument.At(name, static call => ((HttpInvocation)call).Http.Request)
                : faults.Add(parameter, "needs ASP.NET Core's model of HTTP. Call ConfigureFunctionsWebApplication() on the builder, or take HttpRequestData.");
        }

        return type.IsInterface || type.IsAbstract
            ? faults.Add(parameter, "cannot be filled from a request. Take HttpRequestData, HttpRequest, string, byte[] or a type that the JSON body is read into.")
            : BodyArgument.OfTrigger(parameter, settings);
    }

    public override bool TryBind(ParameterInfo parameter, out Argument? argument)
    {
        argument = null;
        if (parameter.GetCustomAttribute<FromBodyAttribute>() is not null)
        {
            argument = parameter.ParameterType.IsInterface || parameter.ParameterType.IsAbstract
                ? faults.Add(parameter, "has [FromBody] and an abstract type, of which no value can be made. Take a concrete type.")
                : BodyArgument.FromBody(parameter, settings);
            return true;
        }

        if (ValueReader.For(parameter.ParameterType) is not { } reader)
        {
            return false;
        }

        argument = new NamedValue(parameter, reader) { Name = parameter.Name! };
        return true;
    }

    private sealed class NamedValue(ParameterInfo parameter, ValueReader reader) : Argument
    {
        private readonly bool _nullable = !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null;
        private readonly object? _default = parameter.HasDefaultValue ? parameter.DefaultValue : null;

        public override ValueTask<object?> MakeAsync(Call call)
        {
            string? text = ((HttpInvocation)call).Find(Name);
            if (text is null)
            {
                return parameter.HasDefaultValue || _nullable
                    ? new(_default)
                    : throw new RequestRefusedException(
                        StatusCodes.Status400BadRequest, $"The value '{Name}' is missing.", Name, $"is missing; it is {reader.Description}.");
            }

            return reader.TryRead(text, out object? value)
                ? new(value)
                : throw new RequestRefusedException(
                    StatusCodes.Status400BadRequest, $"The value '{Name}' is not {reader.Description}.", Name, $"is not {reader.Description}.");
        }
    }
}
