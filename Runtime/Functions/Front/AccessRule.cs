using FuncExec.Runtime.Functions.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Who may call an endpoint, and whether it needs the engine.</summary>
/// <param name="Level">What the caller must present.</param>
/// <param name="NeedsEngine">Whether it is answered with 503 while the engine is not ready.</param>
internal sealed record AccessRule(AuthorizationLevel Level, bool NeedsEngine)
{
    private const string Header = "x-functions-key";
    private const string Query = "code";

    /// <summary>The operation on an instance whose code opens the endpoint too, or null.</summary>
    public ManagementOperation? Operation { get; init; }

    /// <summary>Reads the instance that the request is about; set with <see cref="Operation"/>.</summary>
    public Func<HttpContext, string>? Instance { get; init; }

    /// <summary>Whether the request may pass.</summary>
    public bool Permits(HttpContext http, AccessKeys keys)
    {
        if (Level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        string header = http.Request.Headers[Header].ToString();
        if (header.Length > 0)
        {
            return keys.IsKey(header);
        }

        string code = http.Request.Query[Query].ToString();
        return code.Length > 0
            && (keys.IsKey(code) || (Operation is { } operation && keys.IsCode(code, operation, Instance!(http))));
    }
}
