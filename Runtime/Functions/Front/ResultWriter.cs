using System.Text;
using Azure.Core.Serialization;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Sends what a function returned.</summary>
internal sealed class ResultWriter(ObjectSerializer serializer, bool webModel)
{
    /// <summary>Sends an answer: a response, a result of ASP.NET Core, a text, bytes, or any value as JSON.</summary>
    public async Task WriteAsync(HttpContext http, object? answer, CancellationToken cancellationToken)
    {
        switch (answer)
        {
            case HttpResponseData data:
                await BufferedResponseData.SendAsync(data, http.Response, cancellationToken).ConfigureAwait(false);
                break;
            case IResult result:
                await result.ExecuteAsync(http).ConfigureAwait(false);
                break;
            case IActionResult result:
                await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor())).ConfigureAwait(false);
                break;
            case null when webModel || http.Response.HasStarted:
                break; // The function may have written to the response itself.
            case null:
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case string text:
                await WriteBytesAsync(http, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", cancellationToken).ConfigureAwait(false);
                break;
            case byte[] bytes:
                await WriteBytesAsync(http, bytes, "application/octet-stream", cancellationToken).ConfigureAwait(false);
                break;
            case Stream stream:
                http.Response.ContentType ??= "application/octet-stream";
                await using (stream.ConfigureAwait(false))
                {
                    await stream.CopyToAsync(http.Response.Body, cancellationToken).ConfigureAwait(false);
                }

                break;
            default:
                BinaryData json = await serializer.SerializeAsync(answer, answer.GetType(), cancellationToken).ConfigureAwait(false);
                await WriteBytesAsync(http, json.ToArray(), "application/json; charset=utf-8", cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private static Task WriteBytesAsync(HttpContext http, byte[] bytes, string contentType, CancellationToken cancellationToken)
    {
        http.Response.ContentType ??= contentType;
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, 0, bytes.Length, cancellationToken);
    }
}
