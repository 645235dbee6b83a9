using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Answers HEAD by what GET answers, without its body.</summary>
internal static class HeadRequests
{
    /// <summary>
    /// The same handler, which HEAD may be asked of too. The function sees a GET; from its first write on, when status and
    /// headers stand, it is treated as one whose client has gone: an answer that never ends would hold the request for ever.
    /// </summary>
    public static RequestDelegate Serve(RequestDelegate get) => http =>
        HttpMethods.IsHead(http.Request.Method) ? AnswerAsync(http, get) : get(http);

    private static async Task AnswerAsync(HttpContext http, RequestDelegate get)
    {
        CancellationToken client = http.RequestAborted;
        IHttpResponseBodyFeature body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(client);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new HeadBody(enough), body));
        http.RequestAborted = enough.Token;
        http.Request.Method = HttpMethods.Get;
        try
        {
            await get(http).ConfigureAwait(false);
        }
        catch (Exception) when (enough.IsCancellationRequested && !client.IsCancellationRequested)
        {
            // What a function does whose client has gone; the answer stands.
        }
        finally
        {
            http.Request.Method = HttpMethods.Head;
            http.RequestAborted = client;
            http.Features.Set(body);
        }
    }
}
