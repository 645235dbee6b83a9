using System.Reflection;
using System.Text.Json;
using Azure.Core.Serialization;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>A parameter that is filled from the body of a request.</summary>
internal sealed class BodyArgument : Argument
{
    private readonly Type _type;
    private readonly ObjectSerializer _serializer;
    private readonly bool _strict;
    private readonly bool _optional;
    private readonly object? _absent;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private BodyArgument(ParameterInfo parameter, ObjectSerializer serializer, bool strict, bool optional)
    {
        Name = parameter.Name!;
        _type = parameter.ParameterType;
        _serializer = serializer;
        _strict = strict;
        _optional = optional;
        _absent = parameter.HasDefaultValue ? parameter.DefaultValue : null;
    }

    /// <summary>The trigger's parameter: any content type, and an empty body is null.</summary>
    public static BodyArgument OfTrigger(ParameterInfo parameter, BinderSettings settings) =>
        new(parameter, settings.Worker.Serializer!, strict: false, optional: !parameter.ParameterType.IsValueType);

    /// <summary>A parameter with <c>[FromBody]</c>: JSON, and not empty unless the parameter may be null or has a default.</summary>
    public static BodyArgument FromBody(ParameterInfo parameter, BinderSettings settings) =>
        new(parameter, Serializer(settings), strict: true, optional: parameter.HasDefaultValue || MayBeNull(parameter));

    public override async ValueTask<object?> MakeAsync(Call call)
    {
        HttpInvocation http = (HttpInvocation)call;
        if (_strict && call.Features.Get<IFromBodyConversionFeature>() is { } feature)
        {
            return await feature.ConvertAsync(call, _type).ConfigureAwait(false);
        }

        object? value = await RequestBody.ReadAsync(http.Http.Request, _type, _serializer, _strict, call.CancellationToken).ConfigureAwait(false);
        if (value is null && !_optional)
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, $"The body is missing: '{Name}' is read from it.", "$", "is missing.");
        }

        return value ?? _absent;
    }

    // As official: with ASP.NET Core's model its JSON options hold, else the worker's.
    private static ObjectSerializer Serializer(BinderSettings settings) =>
        settings.WebModel && settings.Services.GetService<IOptions<JsonOptions>>() is { } web
            ? new JsonObjectSerializer(web.Value.JsonSerializerOptions)
            : settings.Worker.Serializer!;

    private static bool MayBeNull(ParameterInfo parameter) =>
        Nullable.GetUnderlyingType(parameter.ParameterType) is not null
        || (!parameter.ParameterType.IsValueType
            && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable);
}
