using System.Net.Http.Headers;
using System.Text;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>Something wrong to send, and where the answer has to point.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path and query; <c>{job}</c> is a finished job.</param>
/// <param name="Status">What is answered.</param>
/// <param name="Where">The members of <c>errors</c>, divided by spaces; empty for none.</param>
internal sealed record BadInput(string Name, string Method, string Path, int Status, string Where = "")
{
    /// <summary>The body, or null.</summary>
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>A document that is no job.</summary>
    public static BadInput Document(string document, params string[] where) =>
        new(document.Length <= 100 ? document : document[..100], "POST", "/api/jobs", 400, string.Join(' ', where)) { Body = Encoding.UTF8.GetBytes(document) };

    /// <summary>Bytes that are no document.</summary>
    public static BadInput Bytes(string name, byte[] body, int status, string where) => new(name, "POST", "/api/jobs", status, where) { Body = body };

    /// <summary>Something to read that is not there, or is asked for wrongly.</summary>
    public static BadInput Get(string path, int status, string where = "") => new(path.Length <= 100 ? path : path[..100], "GET", path, status, where);

    /// <summary>A wish about a finished job.</summary>
    public static BadInput Post(string path, string? body, int status, string where = "") => new($"{path} {(body?.Length > 60 ? body[..60] : body)}", "POST", path, status, where)
    {
        Body = body is null ? null : Encoding.UTF8.GetBytes(body),
    };

    public HttpRequestMessage ToRequest(string job)
    {
        HttpRequestMessage request = new(new HttpMethod(Method), Path.Replace("{job}", job, StringComparison.Ordinal));
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (ContentType.Length > 0)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }
        }

        foreach ((string name, string value) in Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
