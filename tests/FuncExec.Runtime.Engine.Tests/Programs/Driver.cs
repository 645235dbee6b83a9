using System.Text.Json;
using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>
/// Starts a program and does what comes from outside: raises its events in a random order and suspends and resumes its
/// root. What it has done it remembers over the deaths of nodes; what may have been done it does again.
/// </summary>
internal sealed class Driver
{
    private readonly List<Func<DurableTaskClient, CancellationToken, Task<bool>>> _actions = [];
    private readonly string _id;
    private readonly int _seed;
    private readonly Program _program;

    public Driver(int seed)
    {
        _seed = seed;
        _id = $"p{seed}";
        (_program, IReadOnlyList<DrivenEvent> events) = ProgramMaker.Make(seed);
        var random = new Random(~seed);
        foreach (DrivenEvent driven in events.OrderBy(_ => random.Next()))
        {
            if (random.Next(4) == 0)
            {
                _actions.Add((client, life) => TryAsync(() => client.SuspendInstanceAsync(_id, null, life)));
                _actions.Add((client, life) => TryAsync(() => client.ResumeInstanceAsync(_id, null, life)));
            }

            _actions.Add((client, life) => RaiseAsync(client, driven, life));
        }
    }

    /// <summary>Drives the program to its end; cancelled with the life of the node.</summary>
    public async Task<OrchestrationMetadata> RunAsync(DurableTaskClient client, CancellationToken life)
    {
        if (await client.GetInstanceAsync(_id, life) is null)
        {
            await client.ScheduleNewOrchestrationInstanceAsync(Interpreter.Name, new Frame(_program, 0), new StartOrchestrationOptions(_id), life)
                .WaitAsync(life);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (_actions.Count > 0 && !(await client.GetInstanceAsync(_id, life))!.IsCompleted)
        {
            // An event to a child that does not exist yet waits; the others need not wait for it.
            for (int i = 0; i < _actions.Count;)
            {
                if (await _actions[i](client, life).WaitAsync(life))
                {
                    _actions.RemoveAt(i);
                }
                else
                {
                    i++;
                }
            }

            if (_actions.Count > 0)
            {
                await timer.WaitForNextTickAsync(life);
            }
        }

        return await client.WaitForInstanceCompletionAsync(_id, getInputsAndOutputs: true, life);
    }

    /// <summary>Holds the end against what the program says.</summary>
    public void Check(OrchestrationMetadata end)
    {
        Outcome expected = Outcome.Of(_program);
        Outcome found = Outcome.Of(end);
        Assert.True(
            expected == found,
            $"{Name}: expected {expected}, found {found} ({end.RuntimeStatus}, {end.FailureDetails?.ErrorMessage}).\n{JsonSerializer.Serialize(_program)}");
    }

    /// <summary>How often this program writes to each of the shared entities.</summary>
    public void CountGuards(int[] counts) => Outcome.CountGuards(_program, counts);

    /// <summary>How to run this program alone.</summary>
    public string Name => $"The program of FUNCEXEC_SEED={_seed}";

    private async Task<bool> RaiseAsync(DurableTaskClient client, DrivenEvent driven, CancellationToken life)
    {
        try
        {
            return await TryAsync(() => client.RaiseEventAsync(
                _id + driven.Child, Interpreter.EventName(driven.Number), Value.OfEvent(driven.Number), life));
        }
        catch (ArgumentException)
        {
            return false; // The child does not exist yet.
        }
    }

    private static async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (InvalidOperationException)
        {
            // It has finished: a failure before that point is as good.
        }

        return true;
    }
}
