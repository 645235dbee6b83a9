namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>
/// One look at one thing, for as long as somebody who asks may wait. A look that takes longer goes on, and nobody begins another one
/// beside it: whatever stands still is not asked again and again.
/// </summary>
/// <param name="what">What is looked at, for the reason.</param>
/// <param name="look">Looks; answers why not, or null. Throws where it does not answer.</param>
/// <param name="patience">How long one look is waited for.</param>
/// <param name="time">The clock of waits.</param>
internal sealed class ReadinessProbe(string what, Func<Task<string?>> look, TimeSpan patience, TimeProvider time)
{
    private Task<string?>? _look;

    /// <summary>Why it is not ready, or null. Called by one at a time.</summary>
    public async Task<string?> FindReasonAsync()
    {
        Task<string?> asked = _look ??= look();
        try
        {
            string? reason = await asked.WaitAsync(patience, time);
            _look = null;
            return reason;
        }
        catch (TimeoutException) when (!asked.IsCompleted)
        {
            return $"{what} does not answer within {patience.TotalSeconds} s.";
        }
        catch (Exception exception) // Whatever it is, of stores and executors that are not ours: a probe answers.
        {
            _look = null;
            return $"{what} does not answer: {exception.Message}";
        }
    }
}
