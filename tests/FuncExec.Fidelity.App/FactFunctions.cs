using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App;

public static class FactFunctions
{
    [Function("Questions")]
    public static IResult Questions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "facts")] HttpRequest request) =>
        Results.Json(FactBook.Facts.Keys);

    /// <summary>Asks the question in the body; <c>at</c> is the address under which the caller knows the host.</summary>
    [Function("Answer")]
    public static async Task<IResult> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "facts")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        using var reader = new StreamReader(request.Body);
        string question = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (!FactBook.Facts.TryGetValue(question, out Fact? fact))
        {
            return Results.NotFound();
        }

        var inquiry = new Inquiry(client, new Uri(request.Query["at"].ToString()));
        return Results.Text(await Turnstile.PassAsync(fact.Alone, () => fact.Ask(inquiry)));
    }
}
