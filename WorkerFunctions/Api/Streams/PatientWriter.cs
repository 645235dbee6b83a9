using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Streams;

/// <summary>
/// Writes answers that go on. One write is under way at a time, so what is not read costs no memory; who does not read for
/// the patience's time is cut.
/// </summary>
internal sealed class PatientWriter(HttpContext http, StreamLimits limits, TimeProvider time)
{
    /// <summary>Waits until what was written has been taken.</summary>
    /// <exception cref="OperationCanceledException">The reader is gone, or was cut.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        ValueTask<System.IO.Pipelines.FlushResult> flush = http.Response.BodyWriter.FlushAsync(cancellationToken);
        if (flush.IsCompleted)
        {
            await flush;
            return;
        }

        Task<System.IO.Pipelines.FlushResult> pending = flush.AsTask();
        try
        {
            await pending.WaitAsync(limits.Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            http.Abort();
            await pending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw new OperationCanceledException($"The reader took nothing for {limits.Patience:c} and was cut.", http.RequestAborted);
        }
    }
}
