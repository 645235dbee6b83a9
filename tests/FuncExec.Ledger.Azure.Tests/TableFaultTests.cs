using Azure.Data.Tables;
using FuncExec.Ledger.Azure.Dummy;
using FuncExec.Ledger.Azure.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>Requests to the table are refused, lost, done without an answer, or done late, and nothing is lost or done twice.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed class TableFaultTests(AzuriteTables azurite, ITestOutputHelper output)
{
    private const int Clerks = 3;

    private static readonly int s_lines = TestForm.IsLong ? 20_000 : 200;

    /// <summary>With many tries the client finds out by itself; with few, whoever called has to ask again.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(1)]
    public async Task Whatever_goes_wrong_on_the_way_the_ledger_holds_what_was_told(int tries)
    {
        int seed = TestForm.NewSeed();
        output.WriteLine($"FUNCEXEC_SEED={seed}");
        string table = AzuriteTables.NewTable();
        await using FaultyWay way = await FaultyWay.StartAsync(azurite.Address, seed, percent: 15, hasLate: true);
        List<string> told = [];
        using CancellationTokenSource enough = new();
        Clerk[] clerks = await Task.WhenAll(Enumerable.Range(0, Clerks).Select(i => Task.Run(async () =>
        {
            // Each is a ledger of its own, as in another process.
            await using AzureJobLedger ledger = New(way.Address, tries);
            await OpenAsync(ledger);
            Clerk clerk = new(ledger, $"clerk{i}-{Guid.NewGuid():N}", seed + i, line =>
            {
                lock (told)
                {
                    told.Add(line);
                    if (told.Count >= s_lines)
                    {
                        enough.Cancel();
                    }
                }
            });
            await clerk.BeginAsync();
            await clerk.WorkAsync(enough.Token);
            return clerk;
        })));

        await using AzureJobLedger calm = New(azurite.Address, 6);
        await calm.OpenAsync(default);
        int jobs = await new LedgerAudit(calm, new LedgerTable(azurite.Open().GetTableClient(table))).CheckAsync(told);
        output.WriteLine($"{way.Faults} requests went wrong, {clerks.Sum(static clerk => clerk.Repetitions)} calls were repeated, {jobs} jobs are there.");
        Assert.True(way.Faults > 50);

        AzureJobLedger New(Uri address, int retries)
        {
            TableClientOptions options = LedgerTable.Options();
            options.Retry.MaxRetries = retries;
            options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
            return new AzureJobLedger(
                AzuriteTables.Open(address, options), table, new JobSignals(), TimeProvider.System, NullLogger<AzureJobLedger>.Instance,
                LedgerLimits.Default with { Patience = TimeSpan.FromMilliseconds(500) });
        }
    }

    private static async Task OpenAsync(AzureJobLedger ledger)
    {
        while (true)
        {
            try
            {
                await ledger.OpenAsync(default);
                return;
            }
            catch (LedgerStartException)
            {
                // A service would be started again.
            }
        }
    }
}
