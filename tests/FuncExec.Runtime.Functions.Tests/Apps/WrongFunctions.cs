using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace FuncExec.Runtime.Functions.Tests.Apps;

#pragma warning disable CA1822 // Instance methods are what is tested.

/// <summary>Functions that end the start, one a class.</summary>
public static class WrongFunctions
{
    public sealed class QueueTriggerAttribute : TriggerBindingAttribute;

    public sealed class BlobInputAttribute : InputBindingAttribute;

    public sealed class QueueOutputAttribute : OutputBindingAttribute;

    public interface IClock;

    public sealed class Thing
    {
        public string? Name { get; set; }
    }

    public static class BadBodyLimit
    {
        [Function("posted")]
        [RequestSizeLimit(-1)]
        public static void Run([HttpTrigger] HttpRequestData request) => _ = request;
    }

    public static class BadSchedule
    {
        [Function("tick")]
        public static void Run([TimerTrigger("0 0 25 * * *")] TimerInfo timer) => _ = timer;
    }

    public static class NeverDue
    {
        [Function("tick")]
        public static void Run([TimerTrigger("0 0 0 31 2 *")] TimerInfo timer) => _ = timer;
    }

    public static class MissingSchedule
    {
        [Function("tick")]
        public static void Run([TimerTrigger("%NO_SUCH_SCHEDULE%")] TimerInfo timer) => _ = timer;
    }

    public static class TimerOfWrongType
    {
        [Function("tick")]
        public static void Run([TimerTrigger("0 * * * * *")] DateTime timer) => _ = timer;
    }

    public static class RetriedTimer
    {
        [Function("tick")]
        [FixedDelayRetry(3, "00:00:01")]
        public static void Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = timer;
    }

    public static class EntityOfWrongType
    {
        [Function("counter")]
        public static Task Run([EntityTrigger] Thing thing) => Task.FromResult(thing);
    }

    public static class Queue
    {
        [Function("queued")]
        public static void Run([QueueTrigger] string message) => _ = message;
    }

    public static class NoTrigger
    {
        [Function("idle")]
        public static void Run(string message) => _ = message;
    }

    public static class TwoTriggers
    {
        [Function("both")]
        public static void Run([HttpTrigger] HttpRequestData request, [ActivityTrigger] string input) => _ = (request, input);
    }

    public static class BadName
    {
        [Function("1st step")]
        public static void Run([ActivityTrigger] string input) => _ = input;
    }

    public static class SameName
    {
        [Function("twin")]
        public static void One([ActivityTrigger] string input) => _ = input;

        [Function("TWIN")]
        public static void Two([ActivityTrigger] string input) => _ = input;
    }

    public static class SameRoute
    {
        [Function("one")]
        public static void One([HttpTrigger("get", "post", Route = "a/{id}")] HttpRequestData request) => _ = request;

        [Function("two")]
        public static void Two([HttpTrigger("post", Route = "A/{name}")] HttpRequestData request) => _ = request;
    }

    public static class BadRoute
    {
        [Function("routed")]
        public static void Run([HttpTrigger(Route = "a/{id")] HttpRequestData request) => _ = request;
    }

    public static class UnknownConstraint
    {
        [Function("routed")]
        public static void Run([HttpTrigger(Route = "a/{id:prime}")] HttpRequestData request) => _ = request;
    }

    public static class MissingSetting
    {
        [Function("routed")]
        public static void Run([HttpTrigger(Route = "%NO_SUCH_ROUTE%/x")] HttpRequestData request) => _ = request;
    }

    public static class BadMethod
    {
        [Function("routed")]
        public static void Run([HttpTrigger("get it")] HttpRequestData request) => _ = request;
    }

    public static class AsyncVoid
    {
        [Function("forgotten")]
        public static async void Run([ActivityTrigger] string input) => await Task.FromResult(input);
    }

    public static class Generic
    {
        [Function("open")]
        public static void Run<T>([ActivityTrigger] T input) => _ = input;
    }

    public static class ByReference
    {
        [Function("referring")]
        public static void Run([ActivityTrigger] in int input) => _ = input;
    }

    public static class WebRequest
    {
        [Function("web")]
        public static void Run([HttpTrigger] HttpRequest request) => _ = request;
    }

    public static class WebResult
    {
        [Function("web")]
        public static IActionResult Run([HttpTrigger] HttpRequestData request) => new ObjectResult(request.Method);
    }

    public static class Service
    {
        [Function("served")]
        public static void Run([HttpTrigger] HttpRequestData request, IConfiguration configuration) => _ = (request, configuration);

        public interface IConfiguration;
    }

    public static class RegisteredService
    {
        [Function("served")]
        public static void Run([HttpTrigger] HttpRequestData request, TimeProvider time) => _ = (request, time);
    }

    public static class Unmarked
    {
        [Function("posted")]
        public static void Run([HttpTrigger] HttpRequestData request, Thing thing) => _ = (request, thing);
    }

    public static class AbstractBody
    {
        [Function("posted")]
        public static void Run([HttpTrigger] HttpRequestData request, [FromBody] IClock clock) => _ = (request, clock);
    }

    public sealed class UnregisteredDependency(IClock clock)
    {
        [Function("clocked")]
        public string Run([ActivityTrigger] string input) => $"{input}{clock}";
    }

    public static class ClientInOrchestrator
    {
        [Function("orchestrated")]
        public static void Run([OrchestrationTrigger] TaskOrchestrationContext context, [DurableClient] DurableTaskClient client) => _ = (context, client);
    }

    public static class ClientWithoutAttribute
    {
        [Function("started")]
        public static void Run([HttpTrigger] HttpRequestData request, DurableTaskClient client) => _ = (request, client);
    }

    public static class ClientOfAnotherHub
    {
        [Function("started")]
        public static void Run([HttpTrigger] HttpRequestData request, [DurableClient(TaskHub = "elsewhere")] DurableTaskClient client) => _ = (request, client);
    }

    public static class ClientOfWrongType
    {
        [Function("started")]
        public static void Run([HttpTrigger] HttpRequestData request, [DurableClient] string client) => _ = (request, client);
    }

    public static class WrongContext
    {
        [Function("orchestrated")]
        public static void Run([OrchestrationTrigger] string context) => _ = context;
    }

    public static class TwoInputs
    {
        [Function("orchestrated")]
        public static void Run([OrchestrationTrigger] TaskOrchestrationContext context, int one, int two) => _ = (context, one, two);
    }

    public static class ExtraActivityInput
    {
        [Function("acted")]
        public static void Run([ActivityTrigger] string input, string other) => _ = (input, other);
    }

    public static class Input
    {
        [Function("read")]
        public static void Run([HttpTrigger] HttpRequestData request, [BlobInput] string blob) => _ = (request, blob);
    }

    public static class Output
    {
        [Function("written")]
        [QueueOutput]
        public static string Run([ActivityTrigger] string input) => input;
    }

    public static class PropertyOutput
    {
        [Function("written")]
        public static Both Run([HttpTrigger] HttpRequestData request) => new() { Answer = request.CreateResponse() };

        public sealed class Both
        {
            public HttpResponseData? Answer { get; set; }

            [QueueOutput]
            public string? Message { get; set; }
        }
    }

    public static class Retried
    {
        [Function("retried")]
        [FixedDelayRetry(3, "00:00:01")]
        public static void Run([ActivityTrigger] string input) => _ = input;
    }

    public static class ReservedRoute
    {
        [Function("reserved")]
        public static void Run([HttpTrigger(Route = "runtime/x")] HttpRequestData request) => _ = request;
    }
}
