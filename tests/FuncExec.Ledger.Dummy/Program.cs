using System.Globalization;
using FuncExec.Ledger;
using FuncExec.Ledger.Files;
using FuncExec.Ledger.Sqlite;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

// Another process for the tests: Dummy <command> <data directory>. It prints a line for each thing that a test waits for.
(string command, string directory) = (args[0], args[1]);
CancellationToken never = CancellationToken.None;
await using var ledger = new SqliteJobLedger(directory, new JobSignals(), TimeProvider.System, NullLogger<SqliteJobLedger>.Instance);
await using var blobs = new FileBlobStore(directory);
try
{
    await ledger.OpenAsync(never);
    await blobs.OpenAsync(never);
}
catch (LedgerStartException e)
{
    Console.WriteLine("refused: " + e.Message);
    return 1;
}

Console.WriteLine("open");
string node = Guid.NewGuid().ToString("N");
switch (command)
{
    case "hold":
        // Holds the directory until the test closes this process's standard input.
        await Console.In.ReadToEndAsync();
        break;
    case "work":
        await WorkAsync(int.MaxValue, print: true);
        break;
    case "fill":
        await FillAsync();
        break;
    default:
        throw new ArgumentException($"'{command}' is no command.", nameof(args));
}

return 0;

// Runs the tasks of one job in order, each with a blob, and prints each index once all of it was answered; until killed.
async Task<int> WorkAsync(int until, bool print)
{
    await ledger.BeginNodeAsync(new NodeLife(node, "dummy"), TimeSpan.FromHours(1), never);
    await ledger.CreateJobAsync(new NewJob { Id = "work", Steps = [new NewStep("s", 1_000_000)] }, 1, never);
    await ledger.BeginJobAsync("work", never);
    int next = (await ledger.GetJobAsync("work", never))!.Counts.Succeeded;
    for (; next < until; next++)
    {
        var task = new TaskKey("work", 0, next);
        var claimed = (ClaimOutcome.Claimed)await ledger.ClaimAsync(
            new TaskClaim { Task = task, Attempt = 1, Node = node, RerunOnLoss = true }, never);
        await blobs.WriteAsync(new BlobName("work", $"{next}/out"), Noise(next), never);
        var end = new AttemptEnd { Task = task, Token = claimed.Token, Status = JobTaskStatus.Succeeded, ExitCode = next, Stdout = new OutputRecord(4_096, 0, Noise(next)) };
        if (await ledger.EndAttemptAsync(end, never) is not EndAttemptOutcome.Recorded)
        {
            throw new InvalidOperationException("The end was not recorded.");
        }

        if (print)
        {
            Console.WriteLine(next.ToString(CultureInfo.InvariantCulture));
        }
    }

    return next;
}

// Works until the disk is full, first for the ledger, then for the blobs; makes room, and goes on.
async Task FillAsync()
{
    string ballast = Path.Combine(directory, "ballast");
    await File.WriteAllBytesAsync(ballast, new byte[4 * 1024 * 1024]);
    int done = await WorkAsync(20, print: false);
    await FullAsync("ledger", async i => await ledger.CreateJobAsync(
        new NewJob { Id = $"big{i:D6}", Steps = [new NewStep("s", 1)], Document = Big(i) }, int.MaxValue, never));
    await FullAsync("write", i => blobs.WriteAsync(new BlobName("other", $"w{i}"), Big(i), never));
    await FullAsync("append", i => blobs.AppendAsync(new BlobName("other", "append"), i * 65_536L, Big(i), never));
    await FullAsync("put", i => blobs.PutContentAsync("other", new MemoryStream(Big(i)), long.MaxValue, never));
    Console.WriteLine("temporary: " + Directory.GetFiles(Path.Combine(directory, "blobs", "tmp")).Length.ToString(CultureInfo.InvariantCulture));
    Console.WriteLine("whole: " + ((await blobs.GetLengthAsync(new BlobName("other", "append"), never) ?? 0) % 65_536).ToString(CultureInfo.InvariantCulture));
    Console.WriteLine("stored: " + (await ledger.GetJobAsync("work", never))!.Counts.Succeeded.ToString(CultureInfo.InvariantCulture));
    File.Delete(ballast);
    node = Guid.NewGuid().ToString("N");
    Console.WriteLine("after: " + (await WorkAsync(done + 20, print: false)).ToString(CultureInfo.InvariantCulture));
}

async Task FullAsync(string what, Func<int, Task> write)
{
    for (int i = 0; i < 10_000; i++)
    {
        try
        {
            await write(i);
        }
        catch (LedgerUnavailableException e)
        {
            Console.WriteLine($"{what} full: {e.Message}");
            return;
        }
    }
}

static byte[] Big(int seed)
{
    byte[] bytes = new byte[65_536];
    new Random(seed).NextBytes(bytes);
    return bytes;
}

// 4 KiB that do not compress.
static byte[] Noise(int seed) => Big(seed)[..4_096];
