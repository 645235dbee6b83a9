using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace ClassBased;

/// <summary>Class-based tasks: an orchestrator prices a basket, waits for the payment and books it, by generated methods.</summary>
[DurableTask(nameof(Checkout))]
public sealed class Checkout : TaskOrchestrator<Basket, string>
{
    public override async Task<string> RunAsync(TaskOrchestrationContext context, Basket input)
    {
        decimal[] prices = await Task.WhenAll(input.Items.Select(item => context.CallPriceItemAsync(item)));
        decimal total = prices.Sum();
        context.SetCustomStatus(new { toPay = total });

        Payment payment = await context.WaitForPaymentAsync();
        if (payment.Amount < total)
        {
            return $"{payment.Amount} is not enough for {total}";
        }

        decimal taken = await context.CallTakeMoneyAsync(total);
        return $"paid {total}, {taken} in the till";
    }
}

/// <summary>A child: books an amount.</summary>
[DurableTask]
public sealed class TakeMoney : TaskOrchestrator<decimal, decimal>
{
    public override Task<decimal> RunAsync(TaskOrchestrationContext context, decimal input) =>
        context.Entities.CallEntityAsync<decimal>(new EntityInstanceId(nameof(Till), "main"), nameof(Till.Add), input);
}

/// <summary>An activity with services.</summary>
[DurableTask]
public sealed class PriceItem(IPriceList prices, ILogger<PriceItem> logger) : TaskActivity<string, decimal>
{
    public override Task<decimal> RunAsync(TaskActivityContext context, string input)
    {
        logger.LogInformation("{Instance} asks for the price of {Item}.", context.InstanceId, input);
        return Task.FromResult(prices.Of(input));
    }
}

/// <summary>An entity: the money that was taken.</summary>
[DurableTask]
public sealed class Till : TaskEntity<decimal>
{
    public decimal Add(decimal amount) => State += amount;
}

/// <summary>What somebody buys.</summary>
public sealed record Basket(string[] Items);

/// <summary>The event that a basket was paid.</summary>
[DurableEvent]
public sealed record Payment(decimal Amount);
