using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

public sealed class TaskSlotsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TaskSlots _slots = new(Options.Create(new AppOptions { MaxConcurrentTasks = 3 }));

    [Fact]
    public async Task No_more_are_taken_than_there_are()
    {
        IDisposable[] taken = [await TakeAsync(), await TakeAsync(), await TakeAsync()];
        Task<IDisposable> waiting = TakeAsync();
        Assert.False(waiting.IsCompleted);

        taken[1].Dispose();
        taken[1].Dispose();

        await waiting.WaitAsync(Patience);
        Assert.Equal(3, _slots.Taken);
    }

    [Fact]
    public async Task Who_takes_all_waits_for_the_others_and_keeps_new_ones_out()
    {
        IDisposable taken = await TakeAsync();
        Task<IDisposable> all = _slots.TakeAllAsync(CancellationToken.None);
        Task<IDisposable> late = TakeAsync();
        Assert.False(all.IsCompleted);
        Assert.False(late.IsCompleted);

        taken.Dispose();
        IDisposable everything = await all.WaitAsync(Patience);
        Assert.False(late.IsCompleted);

        everything.Dispose();
        (await late.WaitAsync(Patience)).Dispose();
        Assert.Equal(0, _slots.Taken);
    }

    [Fact]
    public async Task Two_that_want_all_get_it_one_after_the_other()
    {
        Task<IDisposable> first = _slots.TakeAllAsync(CancellationToken.None);
        Task<IDisposable> second = _slots.TakeAllAsync(CancellationToken.None);

        (await first.WaitAsync(Patience)).Dispose();
        (await second.WaitAsync(Patience)).Dispose();

        Assert.Equal(0, _slots.Taken);
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_all_gives_back_what_it_had()
    {
        IDisposable taken = await TakeAsync();
        using CancellationTokenSource stop = new();
        Task<IDisposable> all = _slots.TakeAllAsync(stop.Token);
        Assert.Equal(3, _slots.Taken);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        Assert.Equal(1, _slots.Taken);
        taken.Dispose();
        (await _slots.TakeAllAsync(CancellationToken.None).WaitAsync(Patience)).Dispose();
    }

    private Task<IDisposable> TakeAsync() => _slots.TakeAsync(CancellationToken.None);
}
