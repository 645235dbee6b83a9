namespace FuncExec.Fidelity.App;

/// <summary>Lets several in at once, or one alone.</summary>
internal static class Turnstile
{
    private const int Places = 6;

    private static readonly SemaphoreSlim s_places = new(Places);
    private static readonly SemaphoreSlim s_alone = new(1);

    public static async Task<T> PassAsync<T>(bool alone, Func<Task<T>> call)
    {
        int wanted = alone ? Places : 1;
        await s_alone.WaitAsync();
        try
        {
            for (int place = 0; place < wanted; place++)
            {
                await s_places.WaitAsync();
            }
        }
        finally
        {
            s_alone.Release();
        }

        try
        {
            return await call();
        }
        finally
        {
            s_places.Release(wanted);
        }
    }
}
