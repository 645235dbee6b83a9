using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.CrashHost;

/// <summary>What one sender sends: to each entity the numbers from 0 on, a few a turn.</summary>
internal sealed record SignalPlan(int Sender, int Entities, int ToEach)
{
    public const string Orchestrator = "Sender";
    public const int PerTurn = 20;

    public string Id => $"sender-{Sender}";

    public static EntityInstanceId Entity(int number) => new(nameof(Receiver), $"{number}");

    /// <summary>Sends it all.</summary>
    public static async Task<int> SendAsync(TaskOrchestrationContext context)
    {
        SignalPlan plan = context.GetInput<SignalPlan>()!;
        int sent = 0;
        for (int number = 0; number < plan.ToEach; number++)
        {
            for (int entity = 0; entity < plan.Entities; entity++)
            {
                await context.Entities.SignalEntityAsync(Entity(entity), nameof(Receiver.Take), new Signal(plan.Sender, number));
                if (++sent % PerTurn == 0)
                {
                    await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
                }
            }
        }

        return sent;
    }
}

/// <summary>One signal.</summary>
internal sealed record Signal(int Sender, int Number);

/// <summary>What an entity has received.</summary>
internal sealed class Received
{
    /// <summary>The last number of each sender.</summary>
    public Dictionary<int, int> Last { get; init; } = [];

    /// <summary>Signals that were not the next of their sender: lost, repeated or overtaken.</summary>
    public List<Signal> Wrong { get; init; } = [];
}

/// <summary>An entity that notices what is not in order.</summary>
internal sealed class Receiver : TaskEntity<Received>
{
    public void Take(Signal signal)
    {
        if (State.Last.GetValueOrDefault(signal.Sender, -1) + 1 != signal.Number)
        {
            State.Wrong.Add(signal);
        }

        State.Last[signal.Sender] = signal.Number;
    }
}

/// <summary>A client's part: starts the senders that are not there, and waits until everything has been received.</summary>
internal sealed class SignalRun(DurableTaskClient client)
{
    public async Task RunAsync(int senders, int entities, int toEach)
    {
        for (int sender = 0; sender < senders; sender++)
        {
            SignalPlan plan = new(sender, entities, toEach);
            if (await client.GetInstanceAsync(plan.Id) is null)
            {
                await client.ScheduleNewOrchestrationInstanceAsync(SignalPlan.Orchestrator, plan, new StartOrchestrationOptions(plan.Id));
            }
        }

        for (int sender = 0; sender < senders; sender++)
        {
            await client.WaitForInstanceCompletionAsync(new SignalPlan(sender, entities, toEach).Id);
        }

        for (int entity = 0; entity < entities; entity++)
        {
            while (await client.Entities.GetEntityAsync<Received>(SignalPlan.Entity(entity)) is not { IncludesState: true } found
                || found.State.Last.Count < senders || found.State.Last.Values.Min() + 1 < toEach)
            {
                await Task.Delay(10);
            }
        }
    }
}
