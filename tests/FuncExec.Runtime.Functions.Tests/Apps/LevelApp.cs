using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>One function a level.</summary>
public static class LevelApp
{
    [Function("anonymous")]
    public static HttpResponseData Anonymous([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => request.CreateResponse();

    [Function("user")]
    public static HttpResponseData User([HttpTrigger(AuthorizationLevel.User)] HttpRequestData request) => request.CreateResponse();

    [Function("function")]
    public static HttpResponseData Function([HttpTrigger(AuthorizationLevel.Function)] HttpRequestData request) => request.CreateResponse();

    [Function("default")]
    public static HttpResponseData Default([HttpTrigger("get", "post")] HttpRequestData request) => request.CreateResponse();

    [Function("system")]
    public static HttpResponseData System([HttpTrigger(AuthorizationLevel.System)] HttpRequestData request) => request.CreateResponse();

    [Function("manager")]
    public static HttpResponseData Admin([HttpTrigger(AuthorizationLevel.Admin)] HttpRequestData request) => request.CreateResponse();
}
