using FuncExec.Cli.Output;
using FuncExec.Cli.Services;

namespace FuncExec.Cli.Jobs;

/// <summary>Shows what a job's tasks write, as it happens, until the job has ended.</summary>
internal sealed class JobFollower(ServiceSession session, OutputPrinter printer, string jobId)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private string? _cursor;

    /// <summary>Follows it to its end, over as many connections as it takes.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!await session.CallAsync(client => ReadAsync(client, cancellationToken), cancellationToken))
        {
            // A service that stops, or one that found this reader too slow: it goes on from the cursor.
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<bool> ReadAsync(ApiClient client, CancellationToken cancellationToken)
    {
        await foreach (StreamEvent? happened in client.ReadEventsAsync(jobId, _cursor, cancellationToken))
        {
            switch (happened?.Data)
            {
                case null or StreamEventData.JobChanged { Status: "succeeded" or "failed" or "cancelled" or "timedOut" }:
                    return true;
                case StreamEventData.Output output:
                    printer.Show(output.Key, output.Offset, output.Bytes.Span);
                    break;
                case StreamEventData.TaskChanged changed:
                    printer.End(changed.Task);
                    break;
            }

            _cursor = happened.Cursor.Length > 0 ? happened.Cursor : _cursor;
        }

        return false;
    }
}
