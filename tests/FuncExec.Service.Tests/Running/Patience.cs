namespace FuncExec.Service.Tests.Running;

/// <summary>Waits for what has to come; nothing takes as long as the limit, past which a test fails instead of hanging.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(TestForm.IsLong || ServiceProcess.IsOtherHost ? 20 : 2);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_ask = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something holds.</summary>
    /// <param name="what">What is waited for, for the one who reads the failure.</param>
    /// <param name="holds">Whether it does.</param>
    public static Task UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()), s_look);

    /// <summary>Waits until something holds.</summary>
    public static Task UntilAsync(string what, Func<Task<bool>> holds) => UntilAsync(what, holds, s_ask);

    private static async Task UntilAsync(string what, Func<Task<bool>> holds, TimeSpan pause)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await holds())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"It did not come about that {what}.");
            }

            await Task.Delay(pause);
        }
    }
}
