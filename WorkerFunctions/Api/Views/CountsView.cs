using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>How many tasks stand where.</summary>
internal sealed record CountsView(int Total, int Queued, int Running, int Succeeded, int Failed, int Cancelled, int TimedOut, int Skipped)
{
    public static CountsView Of(TaskCounts counts) => new(
        counts.Total, counts.Queued, counts.Running, counts.Succeeded, counts.Failed, counts.Cancelled, counts.TimedOut, counts.Skipped);
}
