using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.Ledger.Sqlite;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Benchmarks.Service;

/// <summary>The service starts over a ledger of a million tasks.</summary>
internal sealed class FullLedgerStart : Workload
{
    private const int Tasks = 50_000;
    private const int Jobs = 20;
    private const int Callers = 64;

    public override string Name => "full-ledger-start";

    public override string Description => "start of the service's process until it is ready, 1,000,000 tasks in the ledger";

    public override IReadOnlyList<Figure> Figures { get; } = [new("", "s", Bound.AtMost, 1.5)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await FillAsync(directory);
        int port = ServiceUnderTest.FreePort();
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await ServiceUnderTest.IsReadyAsync(client); // What asks is compiled beforehand.
        long begin = Stopwatch.GetTimestamp();
        using Process service = ServiceUnderTest.Launch(directory, port);
        try
        {
            while (!await ServiceUnderTest.IsReadyAsync(client))
            {
                if (service.HasExited)
                {
                    throw new InvalidOperationException($"The service ended:\n{await service.StandardOutput.ReadToEndAsync()}");
                }

                await Task.Delay(2);
            }

            return [Stopwatch.GetElapsedTime(begin).TotalSeconds];
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync();
        }
    }

    /// <summary>One job whose tasks all ran, and others that took their results over.</summary>
    private static async Task FillAsync(string directory)
    {
        await using SqliteJobLedger ledger = new(directory, new JobSignals(), TimeProvider.System, NullLogger<SqliteJobLedger>.Instance);
        await ledger.OpenAsync(CancellationToken.None);
        NodeLife node = new("filler", "filler");
        await ledger.BeginNodeAsync(node, TimeSpan.FromHours(1), CancellationToken.None);
        string first = await CreateAsync(ledger, 0, null);
        await ledger.BeginJobAsync(first, CancellationToken.None);
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < Tasks)
            {
                TaskKey task = new(first, 0, index);
                ClaimOutcome claim = await ledger.ClaimAsync(
                    new TaskClaim { Task = task, Attempt = 1, Node = node.Id, RerunOnLoss = true }, CancellationToken.None);
                AttemptEnd end = new() { Task = task, Token = ((ClaimOutcome.Claimed)claim).Token, Status = JobTaskStatus.Succeeded, ExitCode = 0 };
                await ledger.EndAttemptAsync(end, CancellationToken.None);
            }
        }));
        await ledger.FinishJobAsync(first, new JobEnd(JobStatus.Succeeded, null), CancellationToken.None);
        for (int job = 1; job < Jobs; job++)
        {
            string copy = await CreateAsync(ledger, job, first);
            while (await ledger.CopySucceededAsync(copy, 5_000, CancellationToken.None))
            {
            }

            await ledger.BeginJobAsync(copy, CancellationToken.None);
            await ledger.FinishJobAsync(copy, new JobEnd(JobStatus.Succeeded, null), CancellationToken.None);
        }
    }

    private static async Task<string> CreateAsync(SqliteJobLedger ledger, int number, string? rerunOf)
    {
        string id = $"00000000000000000000000{number:000}";
        NewJob job = new() { Id = id, Steps = [new NewStep("main", Tasks)], Document = "{}"u8.ToArray(), RerunOf = rerunOf };
        await ledger.CreateJobAsync(job, 1_000, CancellationToken.None);
        return id;
    }
}
