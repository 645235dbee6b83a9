using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Tests.Api.Support;
using Xunit.Abstractions;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>
/// Documents that were right once and have been damaged: each is taken or refused, none breaks anything, and what was refused
/// leaves nothing. The policy allows no command but one that does nothing.
/// </summary>
public sealed class MutatedDocumentTests(ITestOutputHelper output)
{
    private const int Callers = 4;

    private static readonly byte[][] Seeds =
    [
        .. new[]
        {
            """{"command":"true","args":["a","b"],"env":{"A":"1"},"timeout":"5s","retry":{"maxAttempts":2,"initialInterval":"1ms"}}""",
            """{"name":"n","commands":[{"command":"true"},{"command":"true","stdin":"x"}],"maxParallelism":2,"timeout":"00:01:00"}""",
            """{"steps":[{"name":"a","payload":{"command":"true"},"artifacts":["out/**"]},{"name":"b","needs":["a"],"continueOnError":true,"tasks":[{"payload":{"command":"true"},"rerunOnLoss":false}]}]}""",
            """{"executor":"http","steps":[{"name":"a","payload":{"url":"http://service.invalid/","acceptStatus":["2xx",404],"headers":{"X":"y"}}}]}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string[] Pieces =
    [
        "null", "true", "-1", "1e999", "[]", "{}", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"command\":", "[[[[[[[[", "{\"a\":", ",", "\"", "\\", "\u00e9", "999999999999999999999", "0.0000001", "\"timeout\":\"1s\",",
    ];

    [Fact]
    public async Task Damaged_documents_are_taken_or_refused_and_leave_nothing_behind()
    {
        int count = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1" ? 100_000 : 2_000;
        ApiApp app = new(new(), "--EXECUTOR_COMMAND_ALLOWED", "true", "--MAX_CONCURRENT_JOBS", "1000000");
        await app.InitializeAsync();
        int taken = 0, next = -1;
        foreach (byte[] seed in Seeds)
        {
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync(app, seed, -1));
            taken++;
        }

        Dictionary<HttpStatusCode, int> answers = [];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < count)
            {
                HttpStatusCode answer = await PostAsync(app, Damage(new Random(index)), index);
                Interlocked.Add(ref taken, answer is HttpStatusCode.Accepted ? 1 : 0);
                lock (answers)
                {
                    answers[answer] = answers.GetValueOrDefault(answer) + 1;
                }
            }
        }));

        output.WriteLine(string.Join(", ", answers.Select(static answer => $"{(int)answer.Key}: {answer.Value}")));
        Assert.Equal(taken, await CountJobsAsync(app.Ledger));
        Assert.True((await app.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync()).Count <= taken);
        await app.DisposeAsync();
    }

    private static async Task<HttpStatusCode> PostAsync(ApiApp app, byte[] document, int seed)
    {
        using ByteArrayContent body = new(document) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage answer = await app.Http.PostAsync("/api/jobs", body);
        Assert.True((int)answer.StatusCode < 500, $"Seed {seed}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()} for {Encoding.UTF8.GetString(document)}");
        return answer.StatusCode;
    }

    private static async Task<int> CountJobsAsync(IJobLedger ledger)
    {
        int count = 0;
        string? after = null;
        do
        {
            LedgerPage<JobRecord> page = await ledger.ListJobsAsync(new JobFilter(), after, 500, CancellationToken.None);
            count += page.Items.Count;
            after = page.Next;
        }
        while (after is not null);
        return count;
    }

    private static byte[] Damage(Random random)
    {
        List<byte> bytes = [.. Seeds[random.Next(Seeds.Length)]];
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 12)));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 40))));
                    break;
                case 4:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
