#pragma warning disable CA2007 // Orchestrator code.
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>The orchestrator that runs any program.</summary>
internal sealed class Interpreter(TaskOrchestrationContext context)
{
    public const string Name = "Program";
    public const string Succeeds = "Succeeds";
    public const string Fails = "Fails";
    public const string Memories = "memory";
    public const string Guards = "guard";

    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(2);

    public static void Register(Node node)
    {
        node.Orchestrator(Name, context => new Interpreter(context).RunAsync(context.GetInput<Frame>()!));
        node.Activity<long, long>(Succeeds, value => Value.Mix(value, 1));
        node.Entity<Memory>(Memories).Entity<Entities.Counter>(Guards);
        node.Activity<long, long>(Fails, value => throw new BrokenException(Value.FailureOf(value)));
    }

    public static string EventName(int number) => $"event-{number}";

    private async Task<long> RunAsync(Frame frame)
    {
        long sum = frame.Sum;
        foreach (Step step in frame.Program.Body)
        {
            DateTime before = context.CurrentUtcDateTime;
            sum = Value.Mix(sum, await RunAsync(step));
            sum += context.CurrentUtcDateTime < before ? 1 : 0; // Never: time does not go back.
        }

        if (frame.Program.Next is { } next)
        {
            context.ContinueAsNew(new Frame(next, sum));
        }

        return sum;
    }

    private async Task<long> RunAsync(Step step)
    {
        switch (step)
        {
            case Call call:
                return await context.CallActivityAsync<long>(Succeeds, call.Value);
            case FailingCall call:
                return await context.CallActivityAsync<long>(Fails, call.Value);
            case RetriedCall call:
                return await context.CallActivityAsync<long>(Fails, call.Value, TaskOptions.FromRetryPolicy(new RetryPolicy(call.Attempts, s_soon)));
            case ForgottenCall call:
                _ = context.CallActivityAsync<long>(Succeeds, call.Value);
                return call.Value;
            case Sleep sleep:
                await context.CreateTimer(TimeSpan.FromMilliseconds(sleep.Milliseconds), CancellationToken.None);
                return sleep.Milliseconds;
            case CancelledSleep sleep:
                return await CancelAfterAsync(sleep.Inner);
            case Receive receive:
                return await context.WaitForExternalEvent<long>(EventName(receive.Event));
            case ReceiveInTime receive:
                return await context.WaitForExternalEvent<long>(EventName(receive.Event).ToUpperInvariant(), s_never);
            case ReceiveTooLate receive:
                return await TooLateAsync(receive.Event);
            case SendToSelf send:
                context.SendEvent(context.InstanceId, EventName(send.Event), Value.OfEvent(send.Event));
                return await context.WaitForExternalEvent<long>(EventName(send.Event));
            case Child child:
                return await context.CallSubOrchestratorAsync<long>(
                    Name, new Frame(child.Program, child.Id), new SubOrchestrationOptions(instanceId: $"{context.InstanceId}.{child.Id}"));
            case All all:
                return (await Task.WhenAll(all.Steps.Select(RunAsync))).Aggregate(1L, Value.Mix);
            case First first:
                return await FirstAsync(first);
            case Try tried:
                return await CatchAsync(tried.Step);
            case Remember remember:
                return await RememberAsync(remember);
            case Guarded guarded:
                return await GuardAsync(guarded);
            case Show show:
                context.SetCustomStatus(show.Value);
                return show.Value;
            default:
                throw new System.Diagnostics.UnreachableException(step.GetType().Name);
        }
    }

    private async Task<long> RememberAsync(Remember remember)
    {
        EntityInstanceId id = new(Memories, $"{context.InstanceId}/{remember.Number}");
        await context.Entities.SignalEntityAsync(id, nameof(Memory.Mix), remember.Value);
        try
        {
            await context.Entities.CallEntityAsync(id, nameof(Memory.Fail), remember.Value);
            return -1; // Never: it fails.
        }
        catch (EntityOperationFailedException failed) when (failed.FailureDetails.ErrorMessage == Value.FailureOf(remember.Value))
        {
            return await context.Entities.CallEntityAsync<long>(id, nameof(Memory.Mix), remember.Value + 1);
        }
    }

    private async Task<long> GuardAsync(Guarded guarded)
    {
        EntityInstanceId[] ids = [.. guarded.Locks.Distinct().Select(static number => new EntityInstanceId(Guards, $"{number}"))];
        await using (await context.Entities.LockEntitiesAsync(ids))
        {
            foreach (EntityInstanceId id in ids)
            {
                // What another did between the two would be lost.
                int read = await context.Entities.CallEntityAsync<int>(id, nameof(Entities.Counter.Get));
                await context.Entities.CallEntityAsync(id, nameof(Entities.Counter.Reset));
                await context.Entities.CallEntityAsync(id, nameof(Entities.Counter.Add), read + 1);
            }
        }

        return ids.Length;
    }

    private async Task<long> CancelAfterAsync(Step inner)
    {
        using var cancellation = new CancellationTokenSource();
        Task timer = context.CreateTimer(s_never, cancellation.Token);
        try
        {
            long value = await RunAsync(inner);
            return value + (timer.IsCompleted ? 1 : 0); // Never: an hour is not over.
        }
        finally
        {
            cancellation.Cancel();
        }
    }

    private async Task<long> TooLateAsync(int number)
    {
        try
        {
            return await context.WaitForExternalEvent<long>(EventName(number), s_soon);
        }
        catch (TaskCanceledException)
        {
            return number;
        }
    }

    private async Task<long> FirstAsync(First first)
    {
        Task<long> step = RunAsync(first.Step);
        Task winner = await Task.WhenAny(
            context.CreateTimer(s_never, CancellationToken.None), context.WaitForExternalEvent<long>(EventName(first.Event)), step);
        return winner == step ? await step : -1;
    }

    private async Task<long> CatchAsync(Step step)
    {
        try
        {
            return await RunAsync(step);
        }
        catch (TaskFailedException exception)
        {
            return Value.OfFailure(Outcome.Cause(exception.FailureDetails));
        }
    }
}

/// <summary>The entity of a step.</summary>
internal sealed class Memory : TaskEntity<long>
{
    public long Mix(long value) => State = Value.Mix(State, value);

    public long Fail(long value)
    {
        State = -1;
        throw new BrokenException(Value.FailureOf(value));
    }
}
