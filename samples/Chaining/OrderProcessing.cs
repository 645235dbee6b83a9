using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Chaining;

/// <summary>Function chaining: each step works on what the one before it returned.</summary>
public static class OrderProcessing
{
    [Function(nameof(ProcessOrder))]
    public static async Task<Receipt> ProcessOrder([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ILogger logger = context.CreateReplaySafeLogger(nameof(OrderProcessing));
        Order order = context.GetInput<Order>() ?? throw new InvalidOperationException("An order is needed.");

        decimal price = await context.CallActivityAsync<decimal>(nameof(FindPrice), order.Item);
        decimal total = await context.CallActivityAsync<decimal>(nameof(ApplyDiscount), new Line(price, order.Quantity));
        string number = await context.CallActivityAsync<string>(nameof(WriteInvoice), new Invoice(context.InstanceId, order.Item, total));

        logger.LogInformation("{Item} is invoiced as {Number}.", order.Item, number);
        return new Receipt(number, total);
    }

    [Function(nameof(FindPrice))]
    public static decimal FindPrice([ActivityTrigger] string item) => item switch
    {
        "tea" => 4.20m,
        "coffee" => 6.50m,
        _ => throw new ArgumentException($"There is no '{item}'.", nameof(item)),
    };

    [Function(nameof(ApplyDiscount))]
    public static decimal ApplyDiscount([ActivityTrigger] Line line) =>
        line.Price * line.Quantity * (line.Quantity >= 10 ? 0.9m : 1m);

    [Function(nameof(WriteInvoice))]
    public static string WriteInvoice([ActivityTrigger] Invoice invoice, FunctionContext context)
    {
        context.GetLogger(nameof(WriteInvoice)).LogInformation("{Total} for {Item}.", invoice.Total, invoice.Item);
        return $"INV-{invoice.OrderId}";
    }

    [Function(nameof(StartOrder))]
    public static async Task<HttpResponseData> StartOrder(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        Order? order = await request.ReadFromJsonAsync<Order>();
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(nameof(ProcessOrder), order);
        context.GetLogger(nameof(StartOrder)).LogInformation("Started {InstanceId}.", instanceId);
        return await client.CreateCheckStatusResponseAsync(request, instanceId);
    }
}

public record Order(string Item, int Quantity);

public record Line(decimal Price, int Quantity);

public record Invoice(string OrderId, string Item, decimal Total);

public record Receipt(string Number, decimal Total);
