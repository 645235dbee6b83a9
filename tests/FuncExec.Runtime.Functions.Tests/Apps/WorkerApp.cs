using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Every way of taking and answering a request in the worker's model.</summary>
public static class WorkerApp
{
    public sealed record Note(string Text, int? Stars);

    public sealed class Answers
    {
        public HttpResponseData? Response { get; set; }

        public string? Name { get; set; }
    }

    [Function("echo")]
    public static HttpResponseData Echo([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post")] HttpRequestData request, FunctionContext context)
    {
        string? first = request.ReadAsString();
        request.Body.Position = 0; // As the worker's own model, it can be rewound.
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Created);
        response.Headers.Add("X-Function", context.FunctionDefinition.Name);
        response.Headers.Add("X-Binding", (string)context.BindingContext.BindingData["q"]!);
        response.Cookies.Append(new HttpCookie("c", "1") { HttpOnly = true, SameSite = SameSite.Strict, MaxAge = 60 });
        response.WriteString($"{request.Method} {first} {request.ReadAsString()} {request.Cookies.FirstOrDefault()?.Value}");
        return response;
    }

    [Function("note")]
    public static async Task<HttpResponseData> ReadNote([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request)
    {
        Note? note = await request.ReadFromJsonAsync<Note>();
        HttpResponseData response = request.CreateResponse();
        await response.WriteAsJsonAsync(note);
        return response;
    }

    [Function("poco")]
    public static Note? Poco([HttpTrigger(AuthorizationLevel.Anonymous, "post")] Note? note) => note;

    [Function("text")]
    public static string Text([HttpTrigger(AuthorizationLevel.Anonymous, "post")] string body) => body.ToUpperInvariant();

    [Function("bytes")]
    public static byte[] Bytes([HttpTrigger(AuthorizationLevel.Anonymous, "post")] byte[] body) => [.. body.Reverse()];

    [Function("nothing")]
    public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => request.ReadAsString();

    [Function("outputs")]
    public static Answers Outputs([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Accepted);
        response.WriteString("several");
        return new Answers { Response = response, Name = "n" };
    }

    [Function("fromBody")]
    public static Note FromBody([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request, [FromBody] Note note) =>
        note with { Text = request.Method + " " + note.Text };
}
