using System.Text;
using FuncExec.Ledger;
using FuncExec.Ledger.Files;
using FuncExec.Ledger.Sqlite;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Migration.Tests.Running;

/// <summary>A data directory of many finished jobs, each with its instance, its output and its artifact.</summary>
internal static class LargePlace
{
    private const string Hub = "funcexec";
    private const int Turns = 5;
    private const int WithBlobs = 20;
    private static readonly Job s_job = new("only", new byte[3_000]);

    /// <summary>Makes it.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="jobs">How many jobs; every twentieth has a blob and an artifact, most of the same content.</param>
    /// <param name="artifact">The bytes of one artifact more.</param>
    public static async Task MakeAsync(string directory, int jobs, long artifact)
    {
        Directory.CreateDirectory(directory);
        await using var ledger = new SqliteJobLedger(directory, new JobSignals(), TimeProvider.System, NullLogger<SqliteJobLedger>.Instance);
        await using var blobs = new FileBlobStore(directory);
        await using IHub hub = new SqliteHubProvider().Create(new HubContext { DataDirectory = directory, HubName = Hub, LoggerFactory = NullLoggerFactory.Instance });
        await ledger.OpenAsync(CancellationToken.None);
        await blobs.OpenAsync(CancellationToken.None);
        await hub.OpenAsync(CancellationToken.None);
        await ledger.BeginNodeAsync(new NodeLife("life", "node"), TimeSpan.FromMinutes(30), CancellationToken.None);
        HubSession session = await hub.OpenSessionAsync("node", TimeSpan.FromMinutes(30), CancellationToken.None);
        await Parallel.ForAsync(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (number, _) =>
        {
            string id = $"job-{number:D6}";
            await RunJobAsync(ledger, id);
            await RunInstanceAsync(hub, session.Id, id);
            if (number % WithBlobs == 0)
            {
                await blobs.WriteAsync(new BlobName(id, "output"), Encoding.UTF8.GetBytes(new string('o', 100_000 + number)), CancellationToken.None);
                using var content = new MemoryStream(Encoding.UTF8.GetBytes($"content {number % 5}"));
                await blobs.PutContentAsync(id, content, long.MaxValue, CancellationToken.None);
            }
        });
        await using var large = new RandomStream(artifact);
        await blobs.PutContentAsync("job-000000", large, long.MaxValue, CancellationToken.None);
    }

    private static async Task RunJobAsync(SqliteJobLedger ledger, string id)
    {
        await ledger.CreateJobAsync(
            new NewJob { Id = id, Name = id, Steps = [new NewStep(s_job.Step, 1)], Document = s_job.Document }, int.MaxValue, CancellationToken.None);
        await ledger.BeginJobAsync(id, CancellationToken.None);
        var task = new TaskKey(id, 0, 0);
        var claim = (ClaimOutcome.Claimed)await ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = 1, Node = "life", RerunOnLoss = true }, CancellationToken.None);
        await ledger.EndAttemptAsync(
            new AttemptEnd { Task = task, Token = claim.Token, Status = JobTaskStatus.Succeeded, ExitCode = 0, Stdout = new OutputRecord(500, 0, s_job.Document.AsMemory(0, 500)) },
            CancellationToken.None);
        await ledger.FinishJobAsync(id, new JobEnd(JobStatus.Succeeded, null), CancellationToken.None);
    }

    private static async Task RunInstanceAsync(IHub hub, long session, string id)
    {
        var instance = new NewInstance { InstanceId = id, Name = "RunJob_v1", Generation = Guid.NewGuid(), FirstTurn = s_job.Document, CreatedAt = DateTimeOffset.UtcNow };
        InstanceLease lease = ((CreateOutcome.Created)await hub.CreateInstanceAsync(instance, session, CancellationToken.None)).Lease!;
        for (int version = 1; version <= Turns; version++)
        {
            await hub.CommitTurnAsync(
                new TurnCommit
                {
                    Lease = lease,
                    Session = session,
                    ExpectedVersion = version,
                    Generation = instance.Generation,
                    Turn = s_job.Document.AsMemory(0, 400),
                    Status = version == Turns ? InstanceStatus.Completed : InstanceStatus.Running,
                    At = DateTimeOffset.UtcNow,
                    Output = version == Turns ? "\"done\"" : null,
                },
                CancellationToken.None);
        }
    }

    private sealed record Job(string Step, byte[] Document);

    /// <summary>Bytes that cannot be compressed.</summary>
    private sealed class RandomStream(long length) : Stream
    {
        private readonly Random _random = new(1);
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, _left);
            _random.NextBytes(buffer.AsSpan(offset, read));
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
