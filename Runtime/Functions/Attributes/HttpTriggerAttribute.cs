using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Calls the function for HTTP requests. The parameter may be an <see cref="Http.HttpRequestData"/>, an
/// <see cref="Microsoft.AspNetCore.Http.HttpRequest"/> (with <c>ConfigureFunctionsWebApplication</c>), a
/// <see cref="string"/>, a <see cref="byte"/> array, or a type that the JSON body is read into.
/// </summary>
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Any method, level <see cref="AuthorizationLevel.Function"/>.</summary>
    public HttpTriggerAttribute()
        : this(AuthorizationLevel.Function)
    {
    }

    /// <summary>The methods given, level <see cref="AuthorizationLevel.Function"/>.</summary>
    public HttpTriggerAttribute(params string[] methods)
        : this(AuthorizationLevel.Function, methods)
    {
    }

    /// <summary>Any method, the level given.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel)
    {
        AuthLevel = authLevel;
    }

    /// <summary>The methods and the level given.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>The route below the prefix, with ASP.NET Core's constraints. Default: the function's name.</summary>
    public string? Route { get; set; }

    /// <summary>The methods, in any casing; null or empty for all.</summary>
    public string[]? Methods { get; private set; }

    /// <summary>What callers must present.</summary>
    public AuthorizationLevel AuthLevel { get; private set; }
}
