using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Routes that compete.</summary>
public static class RouteApp
{
    [Function("everything")]
    public static IResult Everything([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "{*path}")] HttpRequest request, string? path) =>
        Results.Text($"everything {request.Method} {path}");

    [Function("number")]
    public static IResult Number([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}")] HttpRequest request, int id) =>
        Results.Text($"number {request.Method} {id}");

    [Function("small")]
    public static IResult Small([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:max(5)}")] HttpRequest request, long id) =>
        Results.Text($"small {request.Method} {id}");

    [Function("item")]
    public static IResult Item([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id}")] HttpRequest request, string id) =>
        Results.Text($"item {request.Method} {id}");

    [Function("named")]
    public static IResult Named([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/%SPECIAL%")] HttpRequest request) =>
        Results.Text($"named {request.Method}");

    [Function("created")]
    public static IResult Created([HttpTrigger(AuthorizationLevel.Anonymous, "POST", Route = "items/{id}")] HttpRequest request, string id) =>
        Results.Text($"created {request.Method} {id}");
}
