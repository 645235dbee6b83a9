using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Nodes;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>
/// Finds why the service could not take and run jobs just now. What was found is kept for a second, for anybody may ask,
/// and several who ask at once share one look.
/// </summary>
public sealed class Readiness
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private readonly ReadinessProbe[] _probes;
    private readonly TimeProvider _time;
    private Task<IReadOnlyList<string>>? _latest;
    private long _at;

    /// <param name="ledger">The ledger.</param>
    /// <param name="blobs">The blob store.</param>
    /// <param name="writes">Whether the two can be written.</param>
    /// <param name="executors">What runs commands.</param>
    /// <param name="disk">This machine's disk.</param>
    /// <param name="time">The clock.</param>
    public Readiness(IJobLedger ledger, IBlobStore blobs, StoreWrites writes, ExecutorRegistry executors, DiskSpace disk, TimeProvider time)
    {
        _time = time;
        _probes =
        [
            new("The ledger", () => AnswersAsync(ledger.GetTotalsAsync(CancellationToken.None)), Patience, time),
            new("The blob store", () => AnswersAsync(blobs.GetLengthAsync(new BlobName("readiness", "probe"), CancellationToken.None)), Patience, time),
            new("Writing", () => writes.FindReasonAsync(CancellationToken.None), Patience, time),
            new("The disk", () => Task.FromResult(disk.FindLack()), Patience, time),
            new("The executors", async () => FindUnhealthy(await executors.CheckHealthAsync(CancellationToken.None)), Patience, time),
        ];
    }

    /// <summary>The reasons, none when it is ready.</summary>
    public Task<IReadOnlyList<string>> FindReasonsAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && _time.GetElapsedTime(_at) > KeptFor))
            {
                _latest = LookAsync();
                _at = _time.GetTimestamp();
            }

            return _latest.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> LookAsync() =>
        [.. (await Task.WhenAll(_probes.Select(static probe => probe.FindReasonAsync()))).OfType<string>()];

    private static async Task<string?> AnswersAsync<T>(Task<T> call)
    {
        await call;
        return null;
    }

    private static string? FindUnhealthy(IReadOnlyList<ExecutorStatus> statuses)
    {
        string reasons = string.Join(
            ' ',
            statuses
                .Where(static status => status.Health is { IsHealthy: false })
                .Select(static status => $"The executor '{status.Description.Name}' is not healthy: {status.Health!.Detail}"));
        return reasons.Length > 0 ? reasons : null;
    }
}
