namespace FuncExec.Runtime.Engine.Tests.Faults;

/// <summary>Counts the calls of a hub and makes chosen ones fail.</summary>
/// <param name="fails">Whether the n-th call fails, from 1 on.</param>
/// <param name="happens">True when a failing call is executed all the same and only its answer is lost.</param>
internal sealed class Fault(Func<int, bool> fails, bool happens)
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The calls that failed.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Failed { get; } = new();

    public async Task<object?> AroundAsync(string method, object?[] arguments, Func<Task<object?>> call)
    {
        int number = Interlocked.Increment(ref _calls);
        if (!fails(number))
        {
            return await call();
        }

        Failed.Enqueue($"{method} (call {number})");
        if (happens)
        {
            await call();
        }

        throw new HubUnavailableException($"Call {number}, {method}, was made to fail.");
    }
}
