using System.Globalization;
using FuncExec.Ledger;
using FuncExec.Ledger.Azure;
using FuncExec.Ledger.Azure.Dummy;
using FuncExec.Ledger.Azure.Tables;
using Microsoft.Extensions.Logging.Abstractions;

// Another process for the tests: Dummy <connection string> <table> <node> <seed> [the node that it follows]. It works until it is
// killed; once its standard input is closed it begins no more jobs, and ends when all have.
CancellationToken never = CancellationToken.None;
await using AzureJobLedger ledger = new(
    AzureStorageAccount.Parse(args[0]).OpenTables(), args[1], new JobSignals(), TimeProvider.System, NullLogger<AzureJobLedger>.Instance, LedgerLimits.Default with { Patience = TimeSpan.FromSeconds(1) });
await ledger.OpenAsync(never);
if (args.Length > 4)
{
    await ledger.EndNodeAsync(args[4], never);
}

using CancellationTokenSource draining = new();
Task told = Task.Run(async () =>
{
    await Console.In.ReadToEndAsync();
    await draining.CancelAsync();
});
Clerk clerk = new(ledger, args[2], int.Parse(args[3], CultureInfo.InvariantCulture), Console.WriteLine);
await clerk.BeginAsync();
Console.WriteLine("open");
await clerk.WorkAsync(draining.Token);
Console.WriteLine("done");
await told;
return 0;
