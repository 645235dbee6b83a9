using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Xunit.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Faults;

/// <summary>
/// The store fails at every one of its calls in turn, before or after it did what was asked: the work always ends right,
/// nothing is recorded twice and nothing is left behind. <c>FUNCEXEC_LONG=1</c> tries every call, otherwise some.
/// </summary>
public abstract class FaultTests(bool live, ITestOutputHelper output)
{
    private const int TriesInShortForm = 25;

    [Fact]
    public Task Work_ends_right_when_any_one_call_fails() => FailEachAsync(happens: false);

    [Fact]
    public Task Work_ends_right_when_the_answer_of_any_one_call_is_lost() => FailEachAsync(happens: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_ends_right_when_calls_fail_again_and_again(bool happens)
    {
        Fault fault = await RunAsync(static call => call % 9 == 0, happens);
        Assert.NotEmpty(fault.Failed);
    }

    private async Task FailEachAsync(bool happens)
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
            node.Options.ShadowReplayEvery = 0;
            node.Options.MaxLiveInstances = live ? 1_000 : 0;
            node.Options.ActivityLimits["Square"] = 3;
            node.Decorate = hub => WatchedHub.Over(hub, fault.AroundAsync);
            var workload = new Workload(node);
            workload.Register();
            await workload.RunAsync();
        }
        catch (Exception exception)
        {
            Assert.Fail($"With the failing calls {string.Join(", ", fault.Failed)} of {fault.Calls} ({(happens ? "executed" : "not executed")}): {exception}");
        }

        return fault;
    }

    public sealed class Live(ITestOutputHelper output) : FaultTests(live: true, output);

    public sealed class Rebuilt(ITestOutputHelper output) : FaultTests(live: false, output);
}
