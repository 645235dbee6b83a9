using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Accounts;

/// <summary>Entities: accounts that are paid into by signals, and a transfer that locks two of them.</summary>
public static class Bank
{
    [Function(nameof(Account))]
    public static Task DispatchAccount([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Account>();

    /// <summary>Either both balances change or none: nobody else comes between.</summary>
    [Function(nameof(MoveMoney))]
    public static async Task<bool> MoveMoney([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Transfer transfer = context.GetInput<Transfer>() ?? throw new InvalidOperationException("A transfer is needed.");
        EntityInstanceId from = new(nameof(Account), transfer.From);
        EntityInstanceId to = new(nameof(Account), transfer.To);
        await using (await context.Entities.LockEntitiesAsync(from, to))
        {
            if (await context.Entities.CallEntityAsync<decimal>(from, nameof(Account.Balance)) < transfer.Amount)
            {
                return false;
            }

            await context.Entities.CallEntityAsync(from, nameof(Account.Pay), -transfer.Amount);
            await context.Entities.CallEntityAsync(to, nameof(Account.Pay), transfer.Amount);
            return true;
        }
    }

    [Function(nameof(PayIn))]
    public static async Task<HttpResponseData> PayIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/{name}/{amount:decimal}")] HttpRequestData request,
        string name,
        decimal amount,
        [DurableClient] DurableTaskClient client)
    {
        await client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Account), name), nameof(Account.Pay), amount);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    [Function(nameof(Show))]
    public static async Task<HttpResponseData> Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/{name}")] HttpRequestData request,
        string name,
        [DurableClient] DurableTaskClient client)
    {
        EntityMetadata<AccountState>? account = await client.Entities.GetEntityAsync<AccountState>(new EntityInstanceId(nameof(Account), name));
        if (account is not { IncludesState: true })
        {
            return request.CreateResponse(HttpStatusCode.NotFound);
        }

        HttpResponseData response = request.CreateResponse();
        await response.WriteAsJsonAsync(account.State);
        return response;
    }

    [Function(nameof(StartTransfer))]
    public static async Task<HttpResponseData> StartTransfer(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "transfers")] HttpRequestData request,
        [DurableClient] DurableTaskClient client)
    {
        Transfer? transfer = await request.ReadFromJsonAsync<Transfer>();
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(MoveMoney), transfer);
        return await client.CreateCheckStatusResponseAsync(request, id);
    }
}

/// <summary>An account.</summary>
public sealed class Account : TaskEntity<AccountState>
{
    public void Pay(decimal amount) => State = new AccountState(State.Balance + amount, State.Payments + 1);

    public decimal Balance() => State.Balance;

    protected override AccountState InitializeState(TaskEntityOperation entityOperation) => new(0, 0);
}

/// <summary>What is on an account, and how often it has changed.</summary>
public sealed record AccountState(decimal Balance, int Payments);

/// <summary>An amount from one account to another.</summary>
public sealed record Transfer(string From, string To, decimal Amount);
