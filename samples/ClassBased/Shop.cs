using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace ClassBased;

/// <summary>The shop's door: functions stay methods.</summary>
public static class Shop
{
    [Function(nameof(StartCheckout))]
    public static async Task<HttpResponseData> StartCheckout(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "baskets")] HttpRequestData request,
        [DurableClient] DurableTaskClient client)
    {
        if (await request.ReadFromJsonAsync<Basket>() is not { Items.Length: > 0 } basket)
        {
            return request.CreateResponse(HttpStatusCode.BadRequest);
        }

        string id = await client.ScheduleNewCheckoutInstanceAsync(basket);
        return await client.CreateCheckStatusResponseAsync(request, id);
    }

    [Function(nameof(Pay))]
    public static async Task<HttpResponseData> Pay(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "baskets/{id}/{amount:decimal}")] HttpRequestData request,
        string id,
        decimal amount,
        [DurableClient] DurableTaskClient client)
    {
        await client.RaiseEventAsync(id, nameof(Payment), new Payment(amount));
        return request.CreateResponse(HttpStatusCode.Accepted);
    }
}
