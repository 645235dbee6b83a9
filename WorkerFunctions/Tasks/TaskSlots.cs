using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Bounds how many tasks run at once here; first come, first served.</summary>
public sealed class TaskSlots(IOptions<AppOptions> options) : IDisposable
{
    private readonly int _count = options.Value.MaxConcurrentTasks;
    private readonly SemaphoreSlim _free = new(options.Value.MaxConcurrentTasks);
    private readonly SemaphoreSlim _alone = new(1);

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>How many are taken.</summary>
    public int Taken => _count - _free.CurrentCount;

    /// <summary>Waits for a slot; disposing of what it answers gives it back.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Taking(this, 1);
    }

    /// <summary>Waits until all slots are the caller's, who must have none. Nothing else starts meanwhile.</summary>
    public async Task<IDisposable> TakeAllAsync(CancellationToken cancellationToken)
    {
        // One at a time: two that each held half would wait for ever.
        await _alone.WaitAsync(cancellationToken);
        int taken = 0;
        try
        {
            for (; taken < _count; taken++)
            {
                await _free.WaitAsync(cancellationToken);
            }

            return new Taking(this, taken);
        }
        catch
        {
            Release(taken);
            throw;
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _free.Dispose();
        _alone.Dispose();
    }

    private void Release(int count)
    {
        if (count > 0)
        {
            _free.Release(count);
        }
    }

    private sealed class Taking(TaskSlots slots, int count) : IDisposable
    {
        private int _count = count;

        public void Dispose() => slots.Release(Interlocked.Exchange(ref _count, 0));
    }
}
