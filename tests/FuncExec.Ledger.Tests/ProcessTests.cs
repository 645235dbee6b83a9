using System.Globalization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Tests.Shared;

namespace FuncExec.Ledger.Tests;

/// <summary>What another process, its death, and what the machine refuses it do to a ledger and its blobs.</summary>
public sealed class ProcessTests : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private readonly SqlitePlace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _place.DisposeAsync().AsTask();

    [Fact]
    public async Task A_second_process_is_refused_with_the_pid_of_the_first()
    {
        using var first = new OtherProcess([], "hold", _place.Directory);
        Assert.Equal("open", await first.ReadLineAsync());

        await using IJobLedger ledger = _place.CreateLedger();
        LedgerStartException refused = await Assert.ThrowsAsync<LedgerStartException>(() => ledger.OpenAsync(s_never));

        Assert.Contains($"in use by process {first.Id}.", refused.Message, StringComparison.Ordinal);
        await first.EndAsync();
        await ledger.OpenAsync(s_never);
        using var second = new OtherProcess([], "hold", _place.Directory);
        Assert.Contains($"in use by process {Environment.ProcessId}.", await second.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_answered_survives_every_kill()
    {
        int answered = -1;
        for (int round = 1; round <= 4; round++)
        {
            using var worker = new OtherProcess([], "work", _place.Directory);
            Assert.Equal("open", await worker.ReadLineAsync());
            for (int i = 0; i < 20 * round; i++)
            {
                answered = int.Parse((await worker.ReadLineAsync())!, CultureInfo.InvariantCulture);
            }

            await worker.KillAsync();
            foreach (string line in await worker.ReadToEndAsync())
            {
                // The last line may be cut off by the kill; a shorter number is a smaller one.
                answered = Math.Max(answered, int.Parse(line, CultureInfo.InvariantCulture));
            }

            await CheckAsync(answered);
        }
    }

    [Fact]
    public async Task A_full_disk_is_named_and_work_goes_on_once_there_is_room()
    {
        using var worker = new OtherProcess(OtherProcess.OnSmallDisk("12m", _place.Directory), "fill", _place.Directory);

        List<string> lines = await worker.ReadToEndAsync();

        string all = string.Join('\n', lines);
        Assert.Contains($"ledger full: The disk that holds '{_place.File}' is full. Free some space", all, StringComparison.Ordinal);
        string blobs = Path.Combine(_place.Directory, "blobs");
        foreach (string what in (string[])["write", "append", "put"])
        {
            Assert.Contains($"{what} full: The disk that holds '{blobs}' is full. Free some space", all, StringComparison.Ordinal);
        }

        Assert.Equal(["temporary: 0", "whole: 0", "stored: 20", "after: 40"], lines.TakeLast(4));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named()
    {
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        File.SetUnixFileMode(_place.Directory, Readable);

        using var process = new OtherProcess(OtherProcess.WithoutRights, "hold", _place.Directory);

        string? line = await process.ReadLineAsync();

        File.SetUnixFileMode(_place.Directory, Readable | UnixFileMode.UserWrite);
        Assert.StartsWith($"refused: The data directory '{_place.Directory}' cannot be written by user", line, StringComparison.Ordinal);
    }

    private async Task CheckAsync(int answered)
    {
        await using IJobLedger ledger = _place.CreateLedger();
        await using var blobs = new Files.FileBlobStore(_place.Directory);
        await ledger.OpenAsync(s_never);
        await blobs.OpenAsync(s_never);
        JobRecord job = (await ledger.GetJobAsync("work", s_never))!;
        Assert.InRange(job.Counts.Succeeded, answered + 1, answered + 2);
        Assert.InRange(job.Counts.Running, 0, 1);
        for (int i = 0; i <= answered; i++)
        {
            TaskRecord task = (await ledger.GetTaskAsync(new TaskKey("work", 0, i), s_never))!;
            Assert.Equal((JobTaskStatus.Succeeded, i), (task.Status, task.ExitCode));
            byte[] content = new byte[4_096];
            Assert.Equal(4_096, await blobs.ReadAsync(new BlobName("work", $"{i}/out"), 0, content, s_never));
            Assert.Equal(task.Stdout.Tail.ToArray(), content);
        }

        // Its node died with the process: the next process takes it over.
        if (job.Counts.Running == 1)
        {
            string node = Guid.NewGuid().ToString("N");
            await ledger.BeginNodeAsync(new NodeLife(node, "test"), TimeSpan.FromMinutes(1), s_never);
            var task = new TaskKey("work", 0, job.Counts.Succeeded);
            var claimed = (ClaimOutcome.Claimed)await ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = 1, Node = node, RerunOnLoss = true }, s_never);
            await ledger.EndAttemptAsync(
                new AttemptEnd { Task = task, Token = claimed.Token, Status = JobTaskStatus.Succeeded, ExitCode = task.Index, Stdout = new OutputRecord(4_096, 0, Noise(task.Index)) }, s_never);
            await blobs.WriteAsync(new BlobName("work", $"{task.Index}/out"), Noise(task.Index), s_never);
        }
    }

    private static byte[] Noise(int seed)
    {
        byte[] bytes = new byte[65_536];
        new Random(seed).NextBytes(bytes);
        return bytes[..4_096];
    }
}
