using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>An answer that is held back until the function returns it, so that middleware may still change it.</summary>
internal sealed class BufferedResponseData(FunctionContext context) : HttpResponseData(context)
{
    private readonly ResponseCookies _cookies = new();

    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = new();

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => _cookies;

    /// <summary>Sends the answer.</summary>
    public static async Task SendAsync(HttpResponseData data, HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)data.StatusCode;
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in data.Headers.NonValidated)
        {
            response.Headers.Append(name, values.ToArray());
        }

        (data.Cookies as ResponseCookies)?.WriteTo(response);
        if (data.Body is { CanSeek: true } body)
        {
            body.Position = 0;
            if (body.Length == 0)
            {
                return;
            }

            response.ContentLength = body.Length;
        }

        await data.Body.CopyToAsync(response.Body, cancellationToken).ConfigureAwait(false);
    }
}
