using FuncExec.WorkerFunctions.Api.Views;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>The answers that are a job.</summary>
internal static class JobAnswers
{
    public static IResult Of(JobView job, int status = StatusCodes.Status200OK) => Results.Json(job, ApiJson.Relaxed.JobView, statusCode: status);

    /// <summary>Says where the job is.</summary>
    public static void SetLocation(HttpResponse response, string id)
    {
        HttpRequest request = response.HttpContext.Request;
        response.Headers.Location = $"{request.Scheme}://{request.Host}{JobLinks.PathOf(id)}";
    }
}
