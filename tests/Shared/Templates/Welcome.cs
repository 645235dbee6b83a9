using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FuncExec.Templates;

/// <summary>An HTTP function as a template writes it.</summary>
public class Welcome(ILogger<Welcome> logger)
{
    [Function("Welcome")]
    public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post")] HttpRequest req)
    {
        logger.LogInformation("{Method} was asked for.", req.Method);
        return new OkObjectResult("Welcome to Azure Functions!");
    }
}
