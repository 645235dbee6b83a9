using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>A connection is cut before, during or after the commit of a call, and whoever made it makes it again.</summary>
[Collection(PostgresGroup.Name)]
public sealed class CutTests(PostgresFixture fixture) : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;
    private static readonly TaskKey s_task = new("job1", 0, 0);

    private readonly FaultProxy _proxy = new(fixture.Server.Port);
    private PostgresPlace? _place;
    private PostgresJobLedger? _ledger;
    private PostgresBlobStore? _blobs;

    public static TheoryData<CutPoint> Points => [CutPoint.Before, CutPoint.During, CutPoint.After];

    private PostgresJobLedger Ledger => _ledger!;

    private PostgresBlobStore Blobs => _blobs!;

    public async Task InitializeAsync()
    {
        _place = await PostgresPlace.NewAsync(fixture.Server);
        string way = new NpgsqlConnectionStringBuilder(_place.ConnectionString) { Port = _proxy.Port }.ConnectionString;
        _ledger = new PostgresJobLedger(way, "Hub", new JobSignals(), TimeProvider.System, NullLoggerFactory.Instance);
        _blobs = new PostgresBlobStore(way, "Hub", TimeProvider.System, NullLoggerFactory.Instance);
        await Ledger.OpenAsync(s_never);
        await Blobs.OpenAsync(s_never);
    }

    public async Task DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Blobs.DisposeAsync();
        await _proxy.DisposeAsync();
        await _place!.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_job_that_is_sent_again_is_one_job(CutPoint point)
    {
        NewJob job = new() { Id = "job1", Name = "nightly", Steps = [new NewStep("s0", 1)], Idempotency = new IdempotencyKey("someone", "key", "hash") };

        await CutAsync(point, "ledger_create_job", () => Ledger.CreateJobAsync(job, int.MaxValue, s_never));

        // The one who sends it again is given another id, as a service does it.
        CreateJobOutcome outcome = await Ledger.CreateJobAsync(job with { Id = "job2" }, int.MaxValue, s_never);
        Assert.True(point is not CutPoint.After || outcome is CreateJobOutcome.Known { Job.Id: "job1" }, outcome.ToString());
        Assert.True(point is not CutPoint.Before || outcome is CreateJobOutcome.Created, outcome.ToString());
        Assert.Equal(1, (await Ledger.GetTotalsAsync(s_never)).UnfinishedJobs);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_task_is_claimed_and_ended_once(CutPoint point)
    {
        await Ledger.CreateJobAsync(new NewJob { Id = "job1", Name = "nightly", Steps = [new NewStep("s0", 1)] }, int.MaxValue, s_never);
        await Ledger.BeginJobAsync("job1", s_never);
        await Ledger.BeginNodeAsync(new NodeLife("life", "node"), TimeSpan.FromMinutes(10), s_never);
        TaskClaim claim = new() { Task = s_task, Attempt = 1, Node = "life", RerunOnLoss = true };

        await CutAsync(point, "ledger_claim", () => Ledger.ClaimAsync(claim, s_never));
        ClaimOutcome outcome = await Ledger.ClaimAsync(claim, s_never);
        long token = outcome is ClaimOutcome.Held { Node: "life" } held ? held.Token : Assert.IsType<ClaimOutcome.Claimed>(outcome).Token;
        AttemptEnd end = new() { Task = s_task, Token = token, Status = JobTaskStatus.Succeeded, ExitCode = 0 };
        await CutAsync(point, "ledger_end", () => Ledger.EndAttemptAsync(end, s_never));
        Assert.IsType<EndAttemptOutcome.Recorded>(await Ledger.EndAttemptAsync(end, s_never));

        IReadOnlyList<JobEvent> events = await Ledger.ListEventsAsync("job1", 0, 100, s_never);
        Assert.Equal([JobTaskStatus.Running, JobTaskStatus.Succeeded], events.OfType<JobEvent.TaskChanged>().Select(static changed => changed.Status));
        Assert.Equal(1, (await Ledger.GetJobAsync("job1", s_never))!.Counts.Succeeded);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Output_is_appended_once(CutPoint point)
    {
        BlobName name = new("job1", "out");
        await Blobs.AppendAsync(name, 0, "one "u8.ToArray(), s_never);

        await CutAsync(point, "ledger_append", () => Blobs.AppendAsync(name, 4, "two "u8.ToArray(), s_never));
        AppendOutcome again = await Blobs.AppendAsync(name, 4, "two "u8.ToArray(), s_never);

        Assert.Equal(8, again.Length);
        byte[] read = new byte[100];
        Assert.Equal(8, await Blobs.ReadAsync(name, 0, read, s_never));
        Assert.Equal("one two "u8, read.AsSpan(0, 8));
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_content_is_kept_whole(CutPoint point)
    {
        byte[] bytes = new byte[2 * 64 * 1024];
        Random.Shared.NextBytes(bytes);
        Task cut = Task.CompletedTask;
        using Stream cutting = new SignallingStream(bytes, atEnd: () => cut = _proxy.CutNextAsync(point, "ledger_keep_content"));

        ContentId id = Assert.IsType<ContentId>(await Blobs.PutContentAsync("job1", cutting, long.MaxValue, s_never));

        await cut;
        await using Stream content = Assert.IsAssignableFrom<Stream>(await Blobs.OpenContentAsync("job1", id.Hash, s_never));
        byte[] read = new byte[bytes.Length];
        await content.ReadExactlyAsync(read);
        Assert.Equal(bytes, read);
    }

    /// <summary>Makes a call whose connection is cut, and which says so.</summary>
    private async Task CutAsync(CutPoint point, string function, Func<Task> call)
    {
        Task cut = _proxy.CutNextAsync(point, function);
        await Assert.ThrowsAsync<LedgerUnavailableException>(call);
        await cut;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await fixture.Server.ReadAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{_place!.Database}' AND application_name = 'funcexec' AND state = 'active'") > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Tells when its end was read.</summary>
    private sealed class SignallingStream(byte[] bytes, Action atEnd) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                atEnd();
            }

            return count;
        }
    }
}
