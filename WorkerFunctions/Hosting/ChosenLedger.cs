using FuncExec.Ledger;
using FuncExec.Ledger.Azure;
using FuncExec.Ledger.Postgres;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>Adds the ledger and the blob store that the settings choose.</summary>
internal static class ChosenLedger
{
    /// <summary>Adds them. Where their settings are wrong the start says so before it opens any.</summary>
    public static void AddChosenLedger(this FunctionsApplicationBuilder builder)
    {
        switch (AppOptionsReader.Peek(builder.Configuration))
        {
            case { LedgerAccount: { } account, LedgerName: var name }:
                builder.Services.AddAzureLedger(account, name);
                break;
            case { LedgerDatabase: { } database }:
                builder.Services.AddPostgresLedger(database.ConnectionString, database.HubName);
                break;
            default:
                builder.Services.AddLedger(static provider => provider.GetRequiredService<IOptions<AppOptions>>().Value.DataDirectory);
                break;
        }
    }
}
