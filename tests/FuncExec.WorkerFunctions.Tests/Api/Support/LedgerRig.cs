using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Ledger.Files;
using FuncExec.Ledger.Sqlite;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Events;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Output;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.WorkerFunctions.Tests.Api.Support;

/// <summary>A ledger and a blob store of their own, in which a test plays the nodes, and what readers of events get of them.</summary>
internal sealed class LedgerRig : IAsyncDisposable
{
    public const string JobId = "01kaz4dh6a8xw3gnm5bq2rt7cd";

    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-rig-").FullName;
    private readonly JobSignals _signals = new();

    private LedgerRig()
    {
        Ledger = new SqliteJobLedger(_directory, _signals, TimeProvider.System, NullLogger<SqliteJobLedger>.Instance);
        Blobs = new FileBlobStore(_directory);
    }

    public SqliteJobLedger Ledger { get; }

    public FileBlobStore Blobs { get; }

    /// <summary>Opens it with one job of one step of some tasks, and with nodes.</summary>
    public static async Task<LedgerRig> OpenAsync(int tasks, params string[] nodes)
    {
        LedgerRig rig = new();
        await rig.Ledger.OpenAsync(CancellationToken.None);
        await rig.Blobs.OpenAsync(CancellationToken.None);
        await rig.Ledger.CreateJobAsync(
            new NewJob { Id = JobId, Steps = [new NewStep("main", tasks)], Document = "{}"u8.ToArray() }, 10, CancellationToken.None);
        await rig.Ledger.BeginJobAsync(JobId, CancellationToken.None);
        foreach (string node in nodes)
        {
            await rig.Ledger.BeginNodeAsync(new NodeLife(node, node), TimeSpan.FromHours(1), CancellationToken.None);
        }

        return rig;
    }

    /// <summary>A node claims the next attempt of a task and writes.</summary>
    public async Task<long> ClaimAsync(string node, int task, string writes, int attempt = 1)
    {
        TaskKey key = new(JobId, 0, task);
        ClaimOutcome outcome = await Ledger.ClaimAsync(
            new TaskClaim { Task = key, Attempt = attempt, Node = node, RerunOnLoss = true }, CancellationToken.None);
        long token = Assert.IsType<ClaimOutcome.Claimed>(outcome).Token;
        if (writes.Length > 0)
        {
            await Blobs.AppendAsync(OutputNames.Of(key, attempt, token, OutputStream.Stdout), 0, System.Text.Encoding.ASCII.GetBytes(writes), CancellationToken.None);
        }

        return token;
    }

    /// <summary>An attempt ends well, having written.</summary>
    public async Task EndAsync(int task, long token, string wrote) => Assert.IsType<EndAttemptOutcome.Recorded>(await Ledger.EndAttemptAsync(
        new AttemptEnd
        {
            Task = new TaskKey(JobId, 0, task),
            Token = token,
            Status = JobTaskStatus.Succeeded,
            ExitCode = 0,
            Stdout = new OutputRecord(wrote.Length, 0, System.Text.Encoding.ASCII.GetBytes(wrote)),
        },
        CancellationToken.None));

    public Task FinishAsync() => Ledger.FinishJobAsync(JobId, new JobEnd(JobStatus.Succeeded, null), CancellationToken.None);

    /// <summary>What a reader gets from a cursor on, to the end of the job.</summary>
    public async Task<List<ReceivedEvent>> ReadAsync(string? lastEventId)
    {
        EventCursor? cursor = null;
        Assert.True(lastEventId is null || CursorText.TryRead(JobId, lastEventId, out cursor));
        using MemoryStream body = new();
        DefaultHttpContext http = new();
        http.Response.Body = body;
        EventStreams streams = new(Ledger, new OutputReader(Blobs), _signals, new StreamLimits(), TimeProvider.System);
        JobRecord job = (await Ledger.GetJobAsync(JobId, CancellationToken.None))!;
        await streams.SendAsync(http, job, cursor, isReset: false, CancellationToken.None);
        body.Position = 0;
        using EventClient client = EventClient.Over(body);
        return await client.ReadAllAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Blobs.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
