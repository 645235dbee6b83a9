using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App;

public static class FactFunctions
{
    [Function("Questions")]
    public static IResult Questions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "facts")] HttpRequest request) =>
        Results.Json(FactBook.Facts.Keys);

    /// <summary>Asks the question in the body.</summary>
    [Function("Answer")]
    public static async Task<IResult> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "facts")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        using var reader = new StreamReader(request.Body);
        string question = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        return FactBook.Facts.TryGetValue(question, out Fact? fact)
            ? Results.Text(await fact.Ask(new Inquiry(client)))
            : Results.NotFound();
    }
}
