using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>The worker's model of a request, over ASP.NET Core's.</summary>
internal sealed class AspNetRequestData : HttpRequestData
{
    private readonly HttpRequest _request;
    private HttpHeadersCollection? _headers;
    private IReadOnlyCollection<IHttpCookie>? _cookies;

    public AspNetRequestData(HttpRequest request, HttpInvocation call, bool bufferBody)
        : base(call)
    {
        _request = request;
        Url = new Uri(request.GetEncodedUrl());
        if (bufferBody)
        {
            // The worker's own model hands over a body that can be rewound.
            request.EnableBuffering();
        }
    }

    public override Stream Body => _request.Body;

    public override HttpHeadersCollection Headers => _headers ??= new HttpHeadersCollection(
        _request.Headers.Select(static header =>
            KeyValuePair.Create(header.Key, header.Value.Where(static value => value is not null).Select(static value => value!))));

    public override IReadOnlyCollection<IHttpCookie> Cookies =>
        _cookies ??= [.. _request.Cookies.Select(static cookie => new HttpCookie(cookie.Key, cookie.Value))];

    public override Uri Url { get; }

    public override IEnumerable<ClaimsIdentity> Identities => _request.HttpContext.User.Identities;

    public override string Method => _request.Method;

    public override HttpResponseData CreateResponse() => new BufferedResponseData(FunctionContext);
}
