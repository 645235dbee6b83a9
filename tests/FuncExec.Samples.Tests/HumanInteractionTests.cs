using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class HumanInteractionTests() : SampleTest("HumanInteraction")
{
    private const string Patient = "1.00:00:00";

    [Theory]
    [InlineData("true", "approved")]
    [InlineData("false", "rejected")]
    public async Task A_decision_by_the_apps_own_function_ends_the_wait(string decision, string outcome)
    {
        await using SampleApp app = await StartAsync();
        JsonElement links = await AskAsync(app, Patient);

        HttpResponseMessage decided = await app.Http.PostAsync($"/api/expenses/{links.GetProperty("id").GetString()}/{decision}", null);

        Assert.Equal(HttpStatusCode.NoContent, decided.StatusCode);
        Assert.Equal(outcome, await OutcomeAsync(app, links));
    }

    [Fact]
    public async Task A_decision_by_the_management_link_ends_the_wait()
    {
        await using SampleApp app = await StartAsync();
        JsonElement links = await AskAsync(app, Patient);

        string link = links.GetProperty("sendEventPostUri").GetString()!.Replace("{eventName}", "Decision", StringComparison.Ordinal);
        HttpResponseMessage decided = await app.Http.PostAsJsonAsync(link, true);

        Assert.Equal(HttpStatusCode.Accepted, decided.StatusCode);
        Assert.Equal("approved", await OutcomeAsync(app, links));
    }

    [Fact]
    public async Task Without_a_decision_it_is_escalated()
    {
        await using SampleApp app = await StartAsync();

        Assert.Equal("escalated: a desk", await OutcomeAsync(app, await AskAsync(app, "00:00:00.3")));
    }

    [Fact]
    public async Task It_still_waits_after_the_process_was_killed()
    {
        JsonElement links;
        await using (SampleApp first = await StartAsync())
        {
            links = await AskAsync(first, Patient);
            await first.KillAsync();
        }

        await using SampleApp second = await StartAsync();
        string id = links.GetProperty("id").GetString()!;
        await second.Http.PostAsync($"/api/expenses/{id}/true", null);

        // The link's code still holds; only the port is another one.
        var link = new UriBuilder(links.GetProperty("statusQueryGetUri").GetString()!) { Port = second.Http.BaseAddress!.Port };
        JsonElement status = await second.PollAsync(link.Uri, static status => status.GetProperty("runtimeStatus").GetString() == "Completed");
        Assert.Equal("approved", status.GetProperty("output").GetString());
    }

    private static Task<JsonElement> AskAsync(SampleApp app, string patience) =>
        app.StartInstanceAsync("/api/expenses", new { purpose = "a desk", amount = 350, patience });

    private static async Task<string?> OutcomeAsync(SampleApp app, JsonElement links) =>
        (await app.EndAsync(links)).GetProperty("output").GetString();
}
