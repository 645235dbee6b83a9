using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Artifacts;

/// <summary>Content with ranges, of which one that is not there is refused as everything else is.</summary>
/// <param name="content">The content.</param>
/// <param name="size">How many bytes it has.</param>
internal sealed class RangedAnswer(IResult content, long size) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await content.ExecuteAsync(httpContext);
        HttpResponse response = httpContext.Response;
        if (response is not { StatusCode: StatusCodes.Status416RangeNotSatisfiable, HasStarted: false })
        {
            return;
        }

        response.ContentLength = null;
        response.Headers.ContentDisposition = default;
        await Problems
            .Of(StatusCodes.Status416RangeNotSatisfiable, $"The artifact has {size} bytes, and none of them is in the range.", "Range", "begins behind the end.")
            .ExecuteAsync(httpContext);
    }
}
