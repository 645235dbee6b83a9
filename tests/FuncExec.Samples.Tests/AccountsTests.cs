using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class AccountsTests() : SampleTest("Accounts")
{
    [Fact]
    public async Task Money_moves_between_accounts_and_none_is_made_or_lost()
    {
        await using SampleApp app = await StartAsync();
        foreach (string account in (string[])["ada", "grace"])
        {
            HttpResponseMessage paid = await app.Http.PostAsync($"/api/accounts/{account}/100", null);
            Assert.Equal(HttpStatusCode.Accepted, paid.StatusCode);
        }

        JsonElement[] started = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => app.StartInstanceAsync(
            "/api/transfers",
            i % 2 == 0 ? new { from = "ada", to = "grace", amount = 30 } : new { from = "grace", to = "ada", amount = 10 })));
        int moved = 0;
        foreach (JsonElement transfer in started)
        {
            JsonElement status = await app.EndAsync(transfer);
            Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
            moved += status.GetProperty("output").GetBoolean() ? 1 : 0;
        }

        (decimal Balance, int Payments) ada = await ReadAsync(app, "ada");
        (decimal Balance, int Payments) grace = await ReadAsync(app, "grace");
        Assert.Equal(200, ada.Balance + grace.Balance);
        Assert.InRange(ada.Balance, 0, 200);
        Assert.Equal(moved + 1, ada.Payments);
        Assert.Equal(moved + 1, grace.Payments);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/api/accounts/nobody")).StatusCode);
    }

    private static async Task<(decimal Balance, int Payments)> ReadAsync(SampleApp app, string account)
    {
        JsonElement state = await app.Http.GetFromJsonAsync<JsonElement>($"/api/accounts/{account}");
        return (state.GetProperty("Balance").GetDecimal(), state.GetProperty("Payments").GetInt32());
    }
}
