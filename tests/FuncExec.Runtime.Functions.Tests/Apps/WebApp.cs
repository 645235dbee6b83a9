using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Every way of taking and answering a request in ASP.NET Core's model.</summary>
public sealed class WebApp(ILogger<WebApp> logger, [FromKeyedServices("greeting")] string greeting, string suffix = "!")
{
    public enum Colour
    {
        Red,
        Green,
    }

    public record Person(string Name, int Age);

    public sealed class Answers
    {
        [HttpResult]
        public IActionResult? Answer { get; set; }

        public string? Note { get; set; }
    }

    [Function("action")]
    public IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        new OkObjectResult($"{greeting} {request.Query["name"]}{suffix}");

    [Function("result")]
    public static IResult Result([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Results.Json(new { path = request.Path.Value });

    [Function("asyncResult")]
    public static async Task<IResult> AsyncResult([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return Results.Text(request.Method);
    }

    [Function("valueTask")]
    public static async ValueTask<IResult> ValueTaskResult([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
    {
        await Task.Yield();
        return Results.Text(request.Method);
    }

    [Function("body")]
    public IResult Body([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [FromBody] Person person)
    {
        logger.LogInformation("Got {Person} at {Path}.", person, request.Path);
        return Results.Json(person);
    }

    [Function("optionalBody")]
    public static IResult OptionalBody([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [FromBody] Person? person) =>
        Results.Text($"{request.Method} {person?.Name ?? "nobody"}");

    [Function("outputs")]
    public static Answers Outputs([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        new() { Answer = new ObjectResult("made") { StatusCode = 201 }, Note = request.Method };

    [Function("values")]
    public static IResult Values(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "values/{count:int}/{id:guid}/{*rest}")] HttpRequest request,
        int count,
        Guid id,
        string? rest,
        Colour colour,
        DateTime? when,
        double factor = 1.5) =>
        Results.Text(FormattableString.Invariant($"{request.Method} {count} {id} {rest} {colour} {when:O} {factor}"));

    [Function("written")]
    public static Task Written([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
    {
        request.HttpContext.Response.StatusCode = 203;
        return request.HttpContext.Response.WriteAsync("written");
    }

    [Function("json")]
    public static async Task<IResult> ReadJson([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) =>
        Results.Json(await request.ReadFromJsonAsync<Person>());

    [Function("form")]
    public static async Task<IResult> ReadForm([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) =>
        Results.Text(string.Join(',', (await request.ReadFormAsync()).Keys));

    [Function("data")]
    public static async Task<HttpResponseData> Data([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse();
        await response.WriteAsJsonAsync(new { query = request.Query["q"], url = request.Url.PathAndQuery });
        return response;
    }

    [Function("broken")]
    public static IResult Broken([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        throw new InvalidOperationException("the secret of " + request.Path);
}
