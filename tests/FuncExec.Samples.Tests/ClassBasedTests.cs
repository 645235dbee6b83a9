using System.Net;
using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class ClassBasedTests() : SampleTest("ClassBased")
{
    [Theory]
    [InlineData("12", "paid 12.0, 12.0 in the till")]
    [InlineData("11.5", "11.5 is not enough for 12.0")]
    public async Task A_basket_is_priced_paid_and_booked(string amount, string outcome)
    {
        await using SampleApp app = await StartAsync();
        JsonElement links = await BuyAsync(app, "tea", "cake", "tea");

        HttpResponseMessage paid = await app.Http.PostAsync($"/api/baskets/{links.GetProperty("id").GetString()}/{amount}", null);

        Assert.Equal(HttpStatusCode.Accepted, paid.StatusCode);
        Assert.Equal(outcome, (await app.EndAsync(links)).GetProperty("output").GetString());
    }

    [Fact]
    public async Task What_is_not_sold_fails_the_checkout()
    {
        await using SampleApp app = await StartAsync();

        JsonElement status = await app.EndAsync(await BuyAsync(app, "tea", "gold"));

        Assert.Equal("Failed", status.GetProperty("runtimeStatus").GetString());
        Assert.Contains("There is no gold.", status.GetProperty("output").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_still_waits_after_the_process_was_killed()
    {
        JsonElement links;
        await using (SampleApp first = await StartAsync())
        {
            links = await BuyAsync(first, "cake");
            await first.PollAsync(
                new Uri(links.GetProperty("statusQueryGetUri").GetString()!),
                static status => status.GetProperty("customStatus").ValueKind == JsonValueKind.Object);
            await first.KillAsync();
        }

        await using SampleApp second = await StartAsync();
        await second.Http.PostAsync($"/api/baskets/{links.GetProperty("id").GetString()}/5", null);

        var link = new UriBuilder(links.GetProperty("statusQueryGetUri").GetString()!) { Port = second.Http.BaseAddress!.Port };
        JsonElement status = await second.PollAsync(link.Uri, static status => status.GetProperty("runtimeStatus").GetString() == "Completed");
        Assert.Equal("paid 5, 5 in the till", status.GetProperty("output").GetString());
    }

    private static Task<JsonElement> BuyAsync(SampleApp app, params string[] items) => app.StartInstanceAsync("/api/baskets", new { items });
}
