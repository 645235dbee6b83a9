using FuncExec.Cli.Output;
using FuncExec.Cli.Services;
using FuncExec.Cli.Signals;

namespace FuncExec.Cli.Jobs;

/// <summary>Asks that a job end when a signal says so, or when its output cannot be written any more.</summary>
internal sealed class JobCanceller(ServiceSession session, string jobId, Interrupts interrupts, Task outputFault, bool quiet)
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the process ends with, when a signal came while the job ran; else null.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Waits for one of both, and asks once. Ends when the asking is done, or nothing is to be asked any more.</summary>
    public async Task WatchAsync()
    {
        TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        interrupts.Asked = asked.Task;
        using CancellationTokenRegistration registration = interrupts.First.Register(interrupted.SetResult);
        Task first = await Task.WhenAny(interrupted.Task, outputFault, _stopped.Task);
        if (first != _stopped.Task)
        {
            ExitCode = first == interrupted.Task ? interrupts.ExitCode : null;
            if (ExitCode is not null && !quiet)
            {
                Messages.Note($"cancelling the job {jobId}; once more to leave at once.");
            }

            await AskAsync();
        }

        asked.SetResult();
    }

    /// <summary>The job has ended.</summary>
    public void Stop() => _stopped.TrySetResult();

    private async Task AskAsync()
    {
        await session.CallAsync(
            async client =>
            {
                await client.CancelAsync(jobId, CancellationToken.None);
                return true;
            },
            CancellationToken.None);
    }
}
