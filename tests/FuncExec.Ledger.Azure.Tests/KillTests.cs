using System.Globalization;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>Processes that work on one ledger are killed anywhere, and others go on.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed class KillTests(AzuriteTables azurite, ITestOutputHelper output)
{
    private static readonly int s_kills = TestForm.IsLong ? 300 : 20;

    private readonly List<string> _told = [];

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_over_kills_of_processes_that_share_the_ledger()
    {
        int seed = TestForm.NewSeed();
        output.WriteLine($"FUNCEXEC_SEED={seed}");
        Random random = new(seed);
        string table = AzuriteTables.NewTable();
        int lives = 0;
        Life[] pair = [Begin(null), Begin(null)];
        for (int kills = 0; kills < s_kills; kills++)
        {
            // One at a time, after as many lines as it happens to take; the other one goes on meanwhile.
            int which = random.Next(2);
            await pair[which].ReadAsync(_told, 1 + random.Next(12));
            string node = await pair[which].KillAsync(_told);
            pair[which] = Begin(node);
        }

        foreach (Life life in pair)
        {
            await life.DrainAsync(_told);
        }

        await using AzureJobLedger ledger = new(
            azurite.Open(), table, new JobSignals(), TimeProvider.System, NullLogger<AzureJobLedger>.Instance, LedgerLimits.Default);
        await ledger.OpenAsync(default);
        int jobs = await new LedgerAudit(ledger, new LedgerTable(azurite.Open().GetTableClient(table))).CheckAsync(_told);
        output.WriteLine($"{lives} lives, {jobs} jobs are there, {_told.Count} lines were told.");
        Assert.True(jobs > 3);

        Life Begin(string? follows) => new(
            azurite.Address, table, string.Create(CultureInfo.InvariantCulture, $"node{++lives}-{Guid.NewGuid():N}"), random.Next(), follows);
    }

    /// <summary>One process.</summary>
    private sealed class Life(Uri address, string table, string node, int seed, string? follows)
    {
        private readonly OtherProcess _process = new(
            [], [Azurite.ConnectionString(address), table, node, seed.ToString(CultureInfo.InvariantCulture), .. follows is null ? (string[])[] : [follows]]);

        /// <summary>Waits for lines, or for the end.</summary>
        public async Task ReadAsync(List<string> told, int lines)
        {
            for (int i = 0; i < lines; i++)
            {
                told.Add(await _process.ReadLineAsync() ?? throw new InvalidOperationException("The process has ended by itself."));
            }
        }

        /// <summary>Kills it; answers the node that it was.</summary>
        public async Task<string> KillAsync(List<string> told)
        {
            await _process.KillAsync();
            List<string> rest = await _process.ReadToEndAsync();

            // The last line may be cut off by the kill.
            told.AddRange(rest.SkipLast(1));
            _process.Dispose();
            return node;
        }

        /// <summary>Lets it end all jobs, and itself.</summary>
        public async Task DrainAsync(List<string> told)
        {
            Task end = _process.EndAsync();
            told.AddRange(await _process.ReadToEndAsync());
            await end;
            Assert.Equal("done", told[^1]);
            _process.Dispose();
        }
    }
}
