using System.Text;
using System.Text.Json;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

public sealed class TruncatedOutputTests
{
    [Fact]
    public async Task Gap_of_what_was_not_kept_is_told()
    {
        ApiApp app = new(new StreamLimits(), "--FuncExec:OutputLimit", "65536");
        await app.InitializeAsync();
        try
        {
            string file = Path.Combine(app.Directory, "written");
            JsonElement job = await app.RunAsync(Documents.Script("i=0; while [ $i -lt 30000 ]; do echo $i; i=$((i+1)); done | tee \"$1\"", file));
            string id = job.GetProperty("id").GetString()!;
            byte[] written = await File.ReadAllBytesAsync(file);
            string path = $"/api/jobs/{id}/tasks/main/0/output";

            using HttpResponseMessage first = await app.Http.GetAsync(path);
            byte[] head = await first.Content.ReadAsByteArrayAsync();
            long next = long.Parse(Assert.Single(first.Headers.GetValues("X-Next-Offset")));
            using HttpResponseMessage second = await app.Http.GetAsync($"{path}?offset={next}");
            byte[] tail = await second.Content.ReadAsByteArrayAsync();
            long begin = long.Parse(Assert.Single(second.Headers.GetValues("X-Offset")));

            Assert.Equal(["false"], first.Headers.GetValues("X-Complete"));
            Assert.Equal(["true"], second.Headers.GetValues("X-Complete"));
            Assert.Equal(written[..head.Length], head);
            Assert.Equal(written[(int)begin..], tail);
            Assert.True(begin > next && tail.Length == 8192);
            Assert.True((await app.GetAsync($"/api/jobs/{id}/tasks/main/0")).GetProperty("truncated").GetBoolean());

            // Events tell of the gap by their offsets.
            using CancellationTokenSource limit = new(ApiApp.Patience);
            using EventClient events = await EventClient.OpenAsync(app.Http, id, null, limit.Token);
            List<ReceivedEvent> output = [.. (await events.ReadAllAsync(limit.Token)).Where(static one => one.Kind == "output")];
            foreach (ReceivedEvent one in output)
            {
                byte[] data = one.Data.GetProperty("data").GetBytesFromBase64();
                int offset = one.Data.GetProperty("offset").GetInt32();
                Assert.Equal(written[offset..(offset + data.Length)], data);
            }

            Assert.Equal(written.Length, output[^1].Data.GetProperty("offset").GetInt32() + output[^1].Data.GetProperty("data").GetBytesFromBase64().Length);
            Assert.NotEmpty(Encoding.ASCII.GetString(tail));
        }
        finally
        {
            await app.DisposeAsync();
        }
    }
}
