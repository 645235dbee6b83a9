using System.Text;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Migration.Tests.Running;

/// <summary>Jobs in every state, written as the service writes them.</summary>
internal static class LedgerRows
{
    private const string Node = "life-1";

    public static async Task WriteAsync(IJobLedger ledger, IBlobStore blobs)
    {
        await ledger.BeginNodeAsync(new NodeLife(Node, "node"), TimeSpan.FromMinutes(5), CancellationToken.None);
        await AcceptAsync(ledger, "waiting", workspace: true);
        await FinishAsync(ledger, blobs, "ended");
        await FinishAsync(ledger, blobs, "forgotten");
        while (await ledger.DeleteJobAsync("forgotten", 100, CancellationToken.None) is not DeleteJobOutcome.Deleted)
        {
            // Some rows at a time.
        }

        await blobs.DeleteJobAsync("forgotten", CancellationToken.None);
        await AcceptAsync(ledger, "running");
        await ledger.BeginJobAsync("running", CancellationToken.None);
        await ClaimAsync(ledger, new TaskKey("running", 0, 1), 1);
        await LoseAsync(ledger, "lost");
        await AcceptAsync(ledger, "held");
        await ledger.SetSuspendedAsync("held", true, CancellationToken.None);
        await AcceptAsync(ledger, "stopping");
        await ledger.BeginJobAsync("stopping", CancellationToken.None);
        await ledger.StopJobAsync("stopping", StopKind.Cancel, "enough \0 of it", CancellationToken.None);
        await ledger.CreateJobAsync(New("rerun") with { RerunOf = "ended" }, 1_000, CancellationToken.None);
        await ledger.CopySucceededAsync("rerun", 1, CancellationToken.None);
        await blobs.ShareContentAsync("ended", "rerun", await PutAsync(blobs, "ended"), CancellationToken.None);
        await blobs.AppendAsync(new BlobName("running", "output/0/1.stdout"), 0, Encoding.UTF8.GetBytes(new string('o', 200_000)), CancellationToken.None);
        await blobs.AppendAsync(new BlobName("running", "output/0/1.stderr"), 0, ReadOnlyMemory<byte>.Empty, CancellationToken.None);
    }

    public static NewJob New(string id) => new()
    {
        Id = id,
        Name = "name of " + id,
        Steps = [new NewStep("first", 3), new NewStep("second", 2)],
        Document = Encoding.UTF8.GetBytes(new string('d', 9_000)),
        StoredBytes = 11,
        Idempotency = new IdempotencyKey("someone", "key " + id, "hash"),
    };

    /// <summary>An attempt whose node was lost, and the next one; one that was given back; and one that waits.</summary>
    private static async Task LoseAsync(IJobLedger ledger, string id)
    {
        await AcceptAsync(ledger, id);
        await ledger.BeginJobAsync(id, CancellationToken.None);
        await ledger.BeginNodeAsync(new NodeLife("life-0", "lost"), TimeSpan.FromMinutes(5), CancellationToken.None);
        var lost = new TaskKey(id, 0, 0);
        var claim = new TaskClaim { Task = lost, Attempt = 1, Node = "life-0", RerunOnLoss = false, RetryAfterLoss = TimeSpan.Zero };
        Assert.IsType<ClaimOutcome.Claimed>(await ledger.ClaimAsync(claim, CancellationToken.None));
        await ledger.EndNodeAsync("life-0", CancellationToken.None);
        Assert.IsType<ClaimOutcome.AttemptEnded>(await ledger.ClaimAsync(claim with { Node = Node }, CancellationToken.None));
        await ClaimAsync(ledger, lost, 2);
        var given = new TaskKey(id, 0, 1);
        await EndAsync(ledger, given, await ClaimAsync(ledger, given, 1), JobTaskStatus.Failed, TimeSpan.FromDays(1));
        await ledger.ReleaseAsync(given, await ClaimAsync(ledger, given, 2), CancellationToken.None);
        var waiting = new TaskKey(id, 0, 2);
        await EndAsync(ledger, waiting, await ClaimAsync(ledger, waiting, 1), JobTaskStatus.Failed, TimeSpan.FromDays(1));
    }

    private static async Task AcceptAsync(IJobLedger ledger, string id, bool workspace = false) => Assert.IsType<CreateJobOutcome.Created>(
        await ledger.CreateJobAsync(New(id) with { Workspace = workspace ? new string('a', 64) : null }, 1_000, CancellationToken.None));

    private static async Task<long> ClaimAsync(IJobLedger ledger, TaskKey task, int attempt) => Assert.IsType<ClaimOutcome.Claimed>(
        await ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = attempt, Node = Node, RerunOnLoss = true }, CancellationToken.None)).Token;

    private static async Task FinishAsync(IJobLedger ledger, IBlobStore blobs, string id)
    {
        await AcceptAsync(ledger, id);
        await ledger.BeginJobAsync(id, CancellationToken.None);
        var failing = new TaskKey(id, 0, 0);
        await EndAsync(ledger, failing, await ClaimAsync(ledger, failing, 1), JobTaskStatus.Failed, TimeSpan.Zero);
        await EndAsync(ledger, failing, await ClaimAsync(ledger, failing, 2), JobTaskStatus.TimedOut, TimeSpan.FromDays(1));
        string hash = await PutAsync(blobs, id);
        var kept = new TaskKey(id, 0, 1);
        await ledger.EndAttemptAsync(
            new AttemptEnd
            {
                Task = kept,
                Token = await ClaimAsync(ledger, kept, 1),
                Status = JobTaskStatus.Succeeded,
                ExitCode = 0,
                Details = "{}",
                Stdout = new OutputRecord(20_000, 20_000, new byte[OutputRecord.TailLimit]),
                Stderr = new OutputRecord(3, 0, "err"u8.ToArray()),
                StoredBytes = 4,
                Artifacts = [new ArtifactRecord(0, 1, "out/ä", 7, hash, true) { Name = "first/1/out/ä" }],
            },
            CancellationToken.None);
        await ledger.StopJobAsync(id, StopKind.Timeout, null, CancellationToken.None);
        await ledger.CloseStepAsync(id, 1, new StepClosing(JobTaskStatus.Skipped, "not needed"), CancellationToken.None);
        while (await ledger.CancelWaitingAsync(id, "too late", 100, CancellationToken.None))
        {
            // Some rows at a time.
        }

        await ledger.FinishJobAsync(id, new JobEnd(JobStatus.TimedOut, "too long"), CancellationToken.None);
    }

    private static Task EndAsync(IJobLedger ledger, TaskKey task, long token, JobTaskStatus status, TimeSpan retryAfter) => ledger.EndAttemptAsync(
        new AttemptEnd
        {
            Task = task,
            Token = token,
            Status = status,
            ExitCode = 3,
            Failure = FailureKind.Exit,
            Error = "it \ud83c failed",
            Details = "{}",
            Stdout = new OutputRecord(9_000, 9_000, new byte[10]),
            Stderr = new OutputRecord(9_000, 9_000, new byte[11]),
            RetryAfter = retryAfter,
        },
        CancellationToken.None);

    private static async Task<string> PutAsync(IBlobStore blobs, string id)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("content"));
        return (await blobs.PutContentAsync(id, content, 100, CancellationToken.None))!.Hash;
    }
}
