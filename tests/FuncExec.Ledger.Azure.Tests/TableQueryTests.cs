using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using FuncExec.Ledger.Azure.Dummy;
using FuncExec.Ledger.Azure.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>No request looks at more rows than it has to.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed partial class TableQueryTests(AzuriteTables azurite)
{
    [Fact]
    public async Task Every_query_names_a_partition_and_a_range_of_keys()
    {
        Recorder recorder = new();
        TableClientOptions options = LedgerTable.Options();
        options.AddPolicy(recorder, HttpPipelinePosition.PerCall);
        string table = AzuriteTables.NewTable();
        await using AzureJobLedger ledger = new(
            AzuriteTables.Open(azurite.Address, options), table, new JobSignals(), TimeProvider.System, NullLogger<AzureJobLedger>.Instance, LedgerLimits.Default);
        await ledger.OpenAsync(default);
        List<string> told = [];
        using CancellationTokenSource enough = new();
        Clerk clerk = new(ledger, "clerk", seed: 1, line =>
        {
            lock (told)
            {
                told.Add(line);
                if (told.Count >= 150)
                {
                    enough.Cancel();
                }
            }
        });

        await clerk.BeginAsync();
        await clerk.WorkAsync(enough.Token);
        await new LedgerAudit(ledger, new LedgerTable(azurite.Open().GetTableClient(table))).CheckAsync(told);

        string[] queries = [.. recorder.Queries.Distinct()];
        Assert.True(queries.Length > 50);
        Assert.All(queries, static query => Assert.Matches(ByRange(), query));
    }

    [GeneratedRegex(@"\$filter=PartitionKey eq '[^']+' and RowKey ge '[^']*' and RowKey lt '[^']+'(&|$)")]
    private static partial Regex ByRange();

    private sealed class Recorder : HttpPipelineSynchronousPolicy
    {
        public ConcurrentQueue<string> Queries { get; } = [];

        public override void OnSendingRequest(HttpMessage message)
        {
            string address = Uri.UnescapeDataString(message.Request.Uri.ToString()).Replace('+', ' ');
            if (message.Request.Method == RequestMethod.Get && !address.Contains("PartitionKey='", StringComparison.Ordinal))
            {
                Queries.Enqueue(address);
            }
        }
    }
}
