using Microsoft.DurableTask.Converters;

namespace FuncExec.Runtime.CrashHost;

/// <summary>What the crash tests run: one orchestrator for each <see cref="Shape"/>, and two activities.</summary>
internal sealed class WorkTasks
{
    private static readonly TaskOptions s_retry = new(new TaskRetryOptions(new RetryPolicy(3, TimeSpan.FromMilliseconds(20))));

    private readonly Journal _journal;

    private WorkTasks(Journal journal) => _journal = journal;

    public static TaskRegistry Register(Journal journal)
    {
        var tasks = new WorkTasks(journal);
        return new TaskRegistry()
            .Add(tasks.Activity("Add", failsFirst: false))
            .Add(tasks.Activity("Flaky", failsFirst: true))
            .Add(Orchestrator(nameof(Shape.Chain), context => ChainAsync(context, 3)))
            .Add(Orchestrator("Child", tasks.ChildAsync))
            .Add(Orchestrator(SignalPlan.Orchestrator, SignalPlan.SendAsync))
            .Add(new EntityRegistration { Name = nameof(Receiver), Run = tasks.ReceiveAsync })
            .Add(Orchestrator(nameof(Shape.FanOut), FanOutAsync))
            .Add(Orchestrator(nameof(Shape.Parent), ParentAsync))
            .Add(Orchestrator(nameof(Shape.Sleeper), SleeperAsync))
            .Add(Orchestrator(nameof(Shape.Listener), ListenerAsync))
            .Add(Orchestrator(nameof(Shape.Looper), LooperAsync))
            .Add(Orchestrator(nameof(Shape.Retrier), RetrierAsync));
    }

    private static OrchestratorRegistration Orchestrator(string name, Func<TaskOrchestrationContext, Task<int>> run) =>
        new() { Name = name, Run = async context => await run(context) };

    private static async Task<int> AddAsync(TaskOrchestrationContext context, int a, int b, string name = "Add", TaskOptions? options = null) =>
        (await context.CallActivityAsync<Sum>(name, new Terms(a, b), options)).Value;

    private static async Task<int> ChainAsync(TaskOrchestrationContext context, int links)
    {
        int value = context.GetInput<int>();
        for (int i = 1; i <= links; i++)
        {
            value = await AddAsync(context, value, i);
        }

        return value;
    }

    private static async Task<int> FanOutAsync(TaskOrchestrationContext context)
    {
        int number = context.GetInput<int>();
        int[] sums = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AddAsync(context, number, i)));
        return sums.Sum();
    }

    private static async Task<int> ParentAsync(TaskOrchestrationContext context)
    {
        int sum = 0;
        for (int i = 0; i < 2; i++)
        {
            var options = new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child{i}");
            sum += await context.CallSubOrchestratorAsync<int>("Child", context.GetInput<int>() + i, options);
        }

        return sum;
    }

    private static async Task<int> SleeperAsync(TaskOrchestrationContext context)
    {
        int number = context.GetInput<int>();
        await context.CreateTimer(TimeSpan.FromMilliseconds(50 + (number * 7 % 451)), CancellationToken.None);
        int value = await AddAsync(context, number, 1);
        await context.CreateTimer(TimeSpan.FromMilliseconds(50 + (number * 13 % 451)), CancellationToken.None);
        return await AddAsync(context, value, 2);
    }

    private static async Task<int> ListenerAsync(TaskOrchestrationContext context)
    {
        int value = await AddAsync(context, context.GetInput<int>(), await context.WaitForExternalEvent<int>("first"));
        return await AddAsync(context, value, await context.WaitForExternalEvent<int>("second", TimeSpan.FromHours(1)));
    }

    private static async Task<int> LooperAsync(TaskOrchestrationContext context)
    {
        Loop loop = context.GetInput<Loop>()!;
        int sum = await AddAsync(context, loop.Sum, loop.Round);
        if (loop.Round < 3)
        {
            context.ContinueAsNew(new Loop(loop.Round + 1, sum));
        }

        return sum;
    }

    private static async Task<int> RetrierAsync(TaskOrchestrationContext context) =>
        await AddAsync(context, await AddAsync(context, context.GetInput<int>(), 5, "Flaky", s_retry), 1);

    private async Task ReceiveAsync(EntityBatch batch)
    {
        await batch.RunAsync(new Receiver());
        _journal.Applied(batch.Id.ToString(), batch.Count);
    }

    private Task<int> ChildAsync(TaskOrchestrationContext context)
    {
        if (!context.IsReplaying)
        {
            _journal.BeganChild(context.InstanceId);
        }

        return ChainAsync(context, 2);
    }

    private ActivityRegistration Activity(string name, bool failsFirst) => new()
    {
        Name = name,
        Run = async (call, cancellation) =>
        {
            // The token is in the completion too: what is recorded can be told from what ran and was lost.
            string token = Guid.NewGuid().ToString("N");
            _journal.Began(call.InstanceId, call.TaskId, token);

            // Long enough for a kill to find some at work.
            await Task.Delay(call.TaskId % 4, cancellation);
            return failsFirst && call.TaskId == 0
                ? throw new InvalidOperationException(token)
                : JsonDataConverter.Default.Serialize(new Sum(JsonDataConverter.Default.Deserialize<Terms>(call.Input)!.Total, token));
        },
    };

    private sealed record Terms(int A, int B)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public int Total => A + B;
    }
}

/// <summary>What an activity answers.</summary>
/// <param name="Value">The sum.</param>
/// <param name="Token">Which of its runs it was.</param>
internal sealed record Sum(int Value, string Token);
