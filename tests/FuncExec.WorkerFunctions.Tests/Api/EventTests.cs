using System.Net;
using System.Text.Json;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class EventTests(ApiApp app)
{
    [Fact]
    public async Task Events_are_numbered_without_gap_and_end_with_the_job()
    {
        string id = (await app.RunAsync("""
            {"steps":[
              {"name":"a","tasks":[{"payload":{"command":"echo","args":["1"]}},{"payload":{"command":"false"}},{"payload":{"command":"true"}}]},
              {"name":"b","needs":["a"],"tasks":[{"payload":{"command":"true"}},{"payload":{"command":"true"}}]}]}
            """)).GetProperty("id").GetString()!;

        List<ReceivedEvent> events = await ReadAllAsync(id, null);
        List<ReceivedEvent> stored = [.. events.Where(static one => one.Kind is "job" or "task")];

        Assert.Equal(Enumerable.Range(1, stored.Count), stored.Select(static one => one.Data.GetProperty("number").GetInt32()));
        Assert.Equal("failed", stored[^1].Data.GetProperty("status").GetString());
        Assert.Same(stored[^1], events[^1]);
        Assert.Equal(events.Count, events.Select(static one => one.Id).Distinct().Count());
        Assert.Equal(
            "{\"name\":\"b\",\"status\":\"skipped\",\"count\":2}",
            Assert.Single(stored, static one => one.Data.TryGetProperty("step", out JsonElement step) && step.ValueKind is JsonValueKind.Object).Data.GetProperty("step").GetRawText());
        Assert.Equal(
            ["running", "failed"],
            stored.Where(static one => one.Kind == "task" && one.Data.GetProperty("id").GetString() == "a/1").Select(static one => one.Data.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Every_cut_resumes_exactly_after_it()
    {
        string id = (await app.RunAsync("""
            {"steps":[
              {"name":"a","tasks":[{"payload":{"command":"echo out; echo err >&2; exit 1","shell":true},"retry":{"maxAttempts":3,"initialInterval":"1ms"}},{"payload":{"command":"seq","args":["30000"]}}]},
              {"name":"b","payload":{"command":"echo","args":["done"]}}]}
            """)).GetProperty("id").GetString()!;
        List<ReceivedEvent> all = await ReadAllAsync(id, null);

        for (int i = 0; i < all.Count - 1; i++)
        {
            List<ReceivedEvent> rest = await ReadAllAsync(id, all[i].Id);
            AssertSame(all[(i + 1)..], rest);
        }

        using CancellationTokenSource limit = new(ApiApp.Patience);
        using EventClient none = await EventClient.OpenAsync(app.Http, id, all[^1].Id, limit.Token);
        Assert.Equal(HttpStatusCode.NoContent, none.Status);
    }

    [Fact]
    public async Task Reader_that_is_cut_a_hundred_times_holds_the_bytes_that_were_written()
    {
        string file = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string go = file + "-go";
        string id = await app.PostAsync(Documents.Script(
            $"i=0; while [ $i -lt 100 ] || [ ! -e '{go}' ]; do head -c 500000 /dev/urandom | tee -a \"$1\"; sleep 0.005; i=$((i+1)); [ $i -lt 110 ] || sleep 0.1; done", file));
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using MemoryStream received = new();
        long number = 0;
        string? last = null;
        int cuts = 0;
        bool isEnded = false;
        while (!isEnded)
        {
            using EventClient events = await EventClient.OpenAsync(app.Http, id, last, limit.Token);
            int most = cuts < 100 ? 1 + (cuts % 3) : int.MaxValue;
            for (int read = 0; read < most; read++)
            {
                ReceivedEvent? one = await events.ReadAsync(limit.Token);
                if (one is null)
                {
                    isEnded = true;
                    break;
                }

                last = one.Id;
                if (one.Kind == "output")
                {
                    Assert.Equal(received.Length, one.Data.GetProperty("offset").GetInt64());
                    received.Write(one.Data.GetProperty("data").GetBytesFromBase64());
                }
                else
                {
                    Assert.Equal(++number, one.Data.GetProperty("number").GetInt64());
                }
            }

            if (++cuts == 100)
            {
                await File.WriteAllTextAsync(go, "", limit.Token);
            }
        }

        Assert.True(cuts > 100, $"{cuts}");
        Assert.InRange(received.Length, 50_000_000, 64_000_000);
        Assert.Equal(await File.ReadAllBytesAsync(file, limit.Token), received.ToArray());
    }

    [Fact]
    public async Task Output_comes_while_it_is_written_and_before_the_end_of_its_attempt()
    {
        string go = Path.Combine(app.Directory, Guid.NewGuid().ToString());
        string id = await app.PostAsync(Documents.Script($"echo first; {Documents.Until(go)}; echo second"));
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using EventClient events = await EventClient.OpenAsync(app.Http, id, null, limit.Token);
        List<string> seen = [];
        while (await events.ReadAsync(limit.Token) is { } one)
        {
            if (one.Kind == "output")
            {
                string text = System.Text.Encoding.ASCII.GetString(one.Data.GetProperty("data").GetBytesFromBase64());
                seen.Add(text);
                if (text == "first\n")
                {
                    await File.WriteAllTextAsync(go, "", limit.Token);
                }
            }
            else if (one.Kind == "task")
            {
                seen.Add(one.Data.GetProperty("status").GetString()!);
            }
        }

        Assert.Equal(["running", "first\n", "second\n", "succeeded"], seen);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("%%%")]
    [InlineData("AAAAAAEBAA")]
    [InlineData("of another job")]
    public async Task Unknown_cursor_begins_anew(string cursor)
    {
        string id = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
        if (cursor == "of another job")
        {
            string other = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
            cursor = (await ReadAllAsync(other, null))[2].Id;
        }

        List<ReceivedEvent> fresh = await ReadAllAsync(id, null);
        List<ReceivedEvent> events = await ReadAllAsync(id, cursor);

        Assert.Equal("reset", events[0].Kind);
        Assert.Equal("job", events[1].Kind);
        Assert.Equal(id, events[1].Data.GetProperty("job").GetProperty("id").GetString());
        AssertSame(fresh, events[2..]);

        // Cut after the reset, a reader goes on from the beginning.
        AssertSame(fresh, await ReadAllAsync(id, events[0].Id));
    }

    [Fact]
    public async Task Parameter_stands_for_the_header_and_the_header_wins()
    {
        string id = (await app.RunAsync(Documents.Command("echo", "x"))).GetProperty("id").GetString()!;
        List<ReceivedEvent> all = await ReadAllAsync(id, null);

        string byParameter = await app.Http.GetStringAsync($"/api/jobs/{id}/events?lastEventId={all[^2].Id}");
        using HttpRequestMessage both = new(HttpMethod.Get, $"/api/jobs/{id}/events?lastEventId={all[0].Id}");
        both.Headers.Add("Last-Event-ID", all[^1].Id);
        using HttpResponseMessage answer = await app.Http.SendAsync(both);

        Assert.Single(byParameter.Split('\n'), static line => line.StartsWith("event:", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Many_readers_see_the_same()
    {
        string id = await app.PostAsync("""{"commands":[{"command":"echo","args":["a"]},{"command":"seq","args":["5000"]},{"command":"false"},{"command":"sleep","args":["0.2"]}]}""");

        List<ReceivedEvent>[] readers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAllAsync(id, null)));

        foreach (List<ReceivedEvent> reader in readers)
        {
            Assert.Equal(Stored(readers[0]), Stored(reader));
            Assert.Equal(OutputOf(readers[0]), OutputOf(reader));
        }
    }

    private static IEnumerable<string> Stored(List<ReceivedEvent> events) =>
        events.Where(static one => one.Kind != "output").Select(static one => one.Data.GetRawText());

    private static string OutputOf(List<ReceivedEvent> events) => string.Join('|', events
        .Where(static one => one.Kind == "output")
        .GroupBy(static one => one.Data.GetProperty("task").GetString())
        .OrderBy(static group => group.Key, StringComparer.Ordinal)
        .Select(static group => Convert.ToHexString([.. group.SelectMany(static one => one.Data.GetProperty("data").GetBytesFromBase64())])));

    private static void AssertSame(List<ReceivedEvent> expected, List<ReceivedEvent> actual) => Assert.Equal(
        expected.Select(static one => $"{one.Kind} {one.Id} {one.Data.GetRawText()}"),
        actual.Select(static one => $"{one.Kind} {one.Id} {one.Data.GetRawText()}"));

    private async Task<List<ReceivedEvent>> ReadAllAsync(string id, string? lastEventId)
    {
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using EventClient events = await EventClient.OpenAsync(app.Http, id, lastEventId, limit.Token);
        return await events.ReadAllAsync(limit.Token);
    }
}
