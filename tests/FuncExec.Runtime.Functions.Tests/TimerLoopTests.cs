using System.Threading.Channels;
using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using FuncExec.Runtime.Functions.Timers;
using FuncExec.Runtime.Hubs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>A journal that several nodes share says who fires.</summary>
public sealed class TimerLoopTests
{
    [Fact]
    public async Task Occurrence_that_another_node_has_is_left_to_it()
    {
        SharedJournal journal = new();
        Channel<string> calls = Channel.CreateUnbounded<string>();
        using CancellationTokenSource stop = new();
        Task[] nodes = [.. new[] { "one", "two" }.Select(node => new TimerLoop(
            Function(),
            (_, _) =>
            {
                calls.Writer.TryWrite(node);
                return Task.CompletedTask;
            },
            journal, TimeProvider.System, new RecordedLog().CreateLogger("timer")).RunAsync(stop.Token))];

        while (journal.Refused == 0 || journal.Taken.Count < 3)
        {
            await calls.Reader.ReadAsync().AsTask().WaitAsync(TestApp.Patience);
        }

        await stop.CancelAsync();
        await Task.WhenAll(nodes).WaitAsync(TestApp.Patience);
        Assert.Equal(journal.Taken.Distinct().Count(), journal.Taken.Count);
    }

    [Fact]
    public async Task Node_whose_call_goes_on_takes_what_comes_due_meanwhile_and_calls_it_for_none()
    {
        SharedJournal journal = new();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int calls = 0;
        using CancellationTokenSource stop = new();
        Task node = Run(journal, () => Interlocked.Increment(ref calls) == 1 ? open.Task : Task.CompletedTask, stop.Token);

        await journal.ReachesAsync(3);
        int before = Volatile.Read(ref calls);
        open.SetResult();
        await stop.CancelAsync();

        await node.WaitAsync(TestApp.Patience);
        Assert.Equal(1, before);
    }

    [Fact]
    public async Task Node_that_did_not_fire_the_last_one_leaves_the_next_to_who_did_for_a_while()
    {
        SharedJournal journal = new() { IsOthers = true };
        using CancellationTokenSource stop = new();
        Task node = Run(journal, static () => Task.CompletedTask, stop.Token);

        await journal.ReachesAsync(2);
        await stop.CancelAsync();

        await node.WaitAsync(TestApp.Patience);
        Assert.All(journal.Late, static late => Assert.InRange(late, TimeSpan.FromMilliseconds(490), TimeSpan.MaxValue));
    }

    [Fact]
    public async Task Journal_that_does_not_answer_is_asked_again()
    {
        SharedJournal journal = new() { Failures = 1 };
        TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RecordedLog log = new();
        using CancellationTokenSource stop = new();
        Task node = new TimerLoop(
            Function(),
            (_, _) =>
            {
                called.TrySetResult();
                return Task.CompletedTask;
            },
            journal, TimeProvider.System, log.CreateLogger("timer")).RunAsync(stop.Token);

        await called.Task.WaitAsync(TestApp.Patience);

        await stop.CancelAsync();
        await node.WaitAsync(TestApp.Patience);
        Assert.Equal(1, log.Count(LogLevel.Warning));
    }

    private static Task Run(ITimerJournal journal, Func<Task> call, CancellationToken stop) =>
        new TimerLoop(Function(), (_, _) => call(), journal, TimeProvider.System, new RecordedLog().CreateLogger("timer")).RunAsync(stop);

    private static TimerFunction Function()
    {
        System.Reflection.MethodInfo method = typeof(TimerApp.Plain).GetMethod(nameof(TimerApp.Plain.Tick))!;
        DiscoveredFunction source = new FunctionFinder([]).Read(method)!;
        BoundFunction bound = new(source) { Definition = new RuntimeDefinition(source, [], []), Arguments = [], Result = ResultReader.For(typeof(void)) };
        return new TimerFunction(bound, TimerSchedule.TryParse("* * * * * *", DateTimeOffset.UtcNow)!, IsMonitored: false, RunOnStartup: false);
    }

    private sealed class SharedJournal : ITimerJournal
    {
        private readonly HashSet<DateTimeOffset> _taken = [];

        public List<DateTimeOffset> Taken { get; } = [];

        public int Refused { get; private set; }

        public int Failures { get; set; }

        /// <summary>Whether another node has them all.</summary>
        public bool IsOthers { get; init; }

        /// <summary>How long after each occurrence it was asked for.</summary>
        public List<TimeSpan> Late { get; } = [];

        /// <summary>Waits until it has been asked so often.</summary>
        public async Task ReachesAsync(int asked)
        {
            using CancellationTokenSource limit = new(TestApp.Patience);
            while (true)
            {
                lock (_taken)
                {
                    if (Late.Count >= asked)
                    {
                        return;
                    }
                }

                await Task.Delay(10, limit.Token);
            }
        }

        public Task<TimerRecord?> ReadAsync(string timer, CancellationToken cancellationToken) => Task.FromResult<TimerRecord?>(null);

        public Task<bool> TryTakeAsync(string timer, DateTimeOffset occurrence, CancellationToken cancellationToken)
        {
            lock (_taken)
            {
                if (Failures-- > 0)
                {
                    throw new HubUnavailableException("not just now");
                }

                Late.Add(DateTimeOffset.UtcNow - occurrence);
                bool taken = !IsOthers && _taken.Add(occurrence);
                if (taken)
                {
                    Taken.Add(occurrence);
                }
                else
                {
                    Refused++;
                }

                return Task.FromResult(taken);
            }
        }

        public Task WriteAsync(string timer, TimerRecord record, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
