using DurableTask.Core.Exceptions;
using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Engine.Tests.Programs;
using FuncExec.Runtime.History;
using Xunit.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Faults;

/// <summary>
/// The store fails at one of its calls while a client starts at a time, rewinds, terminates and purges trees: who asks again
/// until he is answered gets all of it, once. <c>FUNCEXEC_LONG=1</c> tries every call, otherwise some.
/// </summary>
public abstract class SteeringFaultTests(bool live, ITestOutputHelper output)
{
    private const int TriesInShortForm = 12;

    private static readonly string[] s_tree = ["one", "one-0", "one-0-0", "one-0-1", "one-1", "one-1-0", "one-1-1"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_asked_is_done_when_any_one_call_fails(bool happens)
    {
        int calls = (await RunAsync(static _ => false, happens)).Calls;
        bool isLong = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1";
        int stride = isLong ? 1 : Math.Max(1, calls / TriesInShortForm);
        int first = isLong ? 1 : 1 + Random.Shared.Next(stride);
        for (int failing = first; failing <= calls; failing += stride)
        {
            await RunAsync(call => call == failing, happens);
        }

        output.WriteLine($"One of {calls} calls failed at a time: every {stride} from {first} on.");
    }

    private async Task<Fault> RunAsync(Func<int, bool> fails, bool happens)
    {
        var fault = new Fault(fails, happens);
        try
        {
            await using var node = new Node();
            var time = new ShiftedTime();
            node.Time = time;
            node.Options.MaxLiveInstances = live ? 1_000 : 0;
            bool works = false;
            bool isWatched = false;
            node.Activity<string, string>("Leaf", id => !works && id.EndsWith("-1", StringComparison.Ordinal) ? throw new BrokenException(id) : id);
            node.Orchestrator("Tree", async context =>
            {
                int depth = context.GetInput<int>();
                if (depth == 0)
                {
                    return await context.CallActivityAsync<string>("Leaf", context.InstanceId);
                }

                return string.Join(' ', await Task.WhenAll(Enumerable.Range(0, 2).Select(n => context.CallSubOrchestratorAsync<string>(
                    "Tree", depth - 1, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{n}")))));
            });
            node.Orchestrator("Waiting", async context =>
            {
                int depth = context.GetInput<int>();
                return depth == 0
                    ? await context.WaitForExternalEvent<string>("Word")
                    : string.Join(' ', await Task.WhenAll(Enumerable.Range(0, 2).Select(n => context.CallSubOrchestratorAsync<string>(
                        "Waiting", depth - 1, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{n}")))));
            });
            node.Decorate = inner => WatchedHub.Over(inner, (method, arguments, call) => isWatched ? fault.AroundAsync(method, arguments, call) : call());
            await node.StartAsync();
            Assert.Equal(OrchestrationRuntimeStatus.Failed, (await node.RunAsync("Tree", 2, id: "one")).RuntimeStatus);
            works = true;
            isWatched = true;

            await UntilDoneAsync(() => node.Client.RewindInstanceAsync("one", "because"));
            Assert.Equal("one-0-0 one-0-1 one-1-0 one-1-1", (await EndOfAsync(node, "one")).ReadOutputAs<string>());
            foreach (string id in s_tree)
            {
                IReadOnlyList<HistoryEvent> history = await AskAsync(() => node.HistoryAsync(id));
                Assert.Empty(HistoryRules.Broken(history));
                Assert.Equal(id is "one-0-0" or "one-1-0" ? 0 : 1, history.OfType<ExecutionRewound>().Count());
            }

            await AskAsync(() => node.Client.PurgeInstanceAsync("one", new PurgeInstanceOptions(Recursive: true)));
            foreach (string id in s_tree)
            {
                Assert.Null(await AskAsync(() => node.FindAsync(id)));
            }

            await UntilDoneAsync(() => node.Client.ScheduleNewOrchestrationInstanceAsync(
                "Waiting", 2, new StartOrchestrationOptions("one", time.GetUtcNow().AddSeconds(30))));
            Assert.Equal(OrchestrationRuntimeStatus.Pending, (await AskAsync(() => node.FindAsync("one")))!.RuntimeStatus);
            time.Shift(TimeSpan.FromSeconds(30));
            foreach (string id in s_tree)
            {
                await Wait.UntilAsync(async () => (await AskAsync(() => node.FindAsync(id)))?.RuntimeStatus == OrchestrationRuntimeStatus.Running);
            }

            await UntilDoneAsync(() => node.Client.TerminateInstanceAsync("one", new TerminateInstanceOptions("enough", Recursive: true)));
            foreach (string id in s_tree)
            {
                Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await EndOfAsync(node, id)).RuntimeStatus);
            }

            isWatched = false;
        }
        catch (Exception exception)
        {
            Assert.Fail($"With the failing calls {string.Join(", ", fault.Failed)} of {fault.Calls} ({(happens ? "executed" : "not executed")}): {exception}");
        }

        return fault;
    }

    private static Task<OrchestrationMetadata> EndOfAsync(Node node, string id) => AskAsync(() => node.EndOfAsync(id));

    /// <summary>Asks until the store answers.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (HubUnavailableException)
            {
                // Who is not answered asks again.
            }
        }
    }

    /// <summary>Asks until it is done, be it by an earlier request whose answer was lost.</summary>
    private static async Task UntilDoneAsync(Func<Task> ask)
    {
        try
        {
            await AskAsync(async () =>
            {
                await ask();
                return true;
            });
        }
        catch (Exception exception) when (exception is OrchestrationAlreadyExistsException or InvalidOperationException)
        {
            // It was done before.
        }
    }

    public sealed class Live(ITestOutputHelper output) : SteeringFaultTests(live: true, output);

    public sealed class Rebuilt(ITestOutputHelper output) : SteeringFaultTests(live: false, output);
}
