using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>
/// Finds why the service could not take and run jobs just now. What was found is kept for a second, for anybody may ask,
/// and several who ask at once share one look.
/// </summary>
public sealed class Readiness(IJobLedger ledger, IBlobStore blobs, ExecutorRegistry executors, DiskSpace disk, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<string>>? _latest;
    private long _at;

    /// <summary>The reasons, none when it is ready.</summary>
    public async Task<IReadOnlyList<string>> FindReasonsAsync(CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<string>> look;
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && time.GetElapsedTime(_at) > KeptFor))
            {
                _latest = LookAsync();
                _at = time.GetTimestamp();
            }

            look = _latest;
        }

        try
        {
            return await look.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return [$"The look at ledger, blob store and executors takes longer than {Patience.TotalSeconds} s."];
        }
    }

    private async Task<IReadOnlyList<string>> LookAsync()
    {
        List<string> reasons = [];
        await TryAsync("The ledger", async () => await ledger.GetTotalsAsync(CancellationToken.None), reasons);
        await TryAsync("The blob store", async () => await blobs.GetLengthAsync(new BlobName("readiness", "probe"), CancellationToken.None), reasons);
        await TryAsync("The disk", () => Task.FromResult(disk.FindLack() is { } lack ? Note(reasons, lack) : reasons), reasons);
        await TryAsync("The executors", async () => AddUnhealthy(await executors.CheckHealthAsync(CancellationToken.None), reasons), reasons);
        return reasons;
    }

    private static void AddUnhealthy(IReadOnlyList<ExecutorStatus> statuses, List<string> reasons) => reasons.AddRange(
        statuses
            .Where(static status => status.Health is { IsHealthy: false })
            .Select(static status => $"The executor '{status.Description.Name}' is not healthy: {status.Health!.Detail}"));

    private static List<string> Note(List<string> reasons, string reason)
    {
        reasons.Add(reason);
        return reasons;
    }

    private static async Task TryAsync(string what, Func<Task> look, List<string> reasons)
    {
        try
        {
            await look();
        }
        catch (Exception exception) // Whatever it is, of stores and executors that are not ours: a probe answers.
        {
            reasons.Add($"{what} does not answer: {exception.Message}");
        }
    }
}
