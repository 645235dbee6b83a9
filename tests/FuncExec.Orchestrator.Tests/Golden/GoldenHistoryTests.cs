using System.Text;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Running;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Orchestrator.Tests.Golden;

/// <summary>
/// Histories that real jobs have left are replayed: an orchestrator that decides otherwise than it did then would break the
/// jobs that are under way when it is deployed. Such a change is a new generation of the function, beside the old one.
/// </summary>
public sealed class GoldenHistoryTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    private static readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> Code = new(StringComparer.Ordinal)
    {
        [FunctionNames.RunJob] = static async context => await RunJobFunction.RunJob(context, context.GetInput<JobRef>()!),
        [FunctionNames.RunLane] = static async context => await RunLaneFunction.RunLane(context, context.GetInput<LanePlan>()!),
    };

    public static TheoryData<string> Histories => [.. Names];

    private static string[] Names => [.. Directory.GetFiles(Folder, "*.txt").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Histories))]
    public void A_history_of_the_past_is_decided_the_same_way(string name)
    {
        (OrchestrationExecution execution, TurnRecord[] turns) = Load(name);

        for (int turn = 1; turn < turns.Length; turn++)
        {
            Replay.Run(execution, turns[turn], turn);
        }

        Assert.True(execution.IsCompleted, "The history does not reach the end.");
    }

    [Fact]
    public void Every_orchestrator_has_histories() => Assert.Equal(
        Code.Keys.Order(StringComparer.Ordinal), Names.Select(static name => name.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_history_that_was_decided_otherwise_is_noticed()
    {
        (OrchestrationExecution execution, TurnRecord[] turns) = Load("RunLane_v1.succeeded");
        TurnRecord changed = turns[1] with { Decided = [.. turns[1].Decided.Select(static decided => decided is TaskScheduled task ? task with { Name = "Other" } : decided)] };

        Assert.Throws<NonDeterministicOrchestrationException>(() => Replay.Run(execution, changed, 1));
    }

    private static (OrchestrationExecution Execution, TurnRecord[] Turns) Load(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, name + ".txt"));
        TurnRecord[] turns = [.. lines[1..].Select(static line => HistoryFormat.DecodeTurn(Encoding.UTF8.GetBytes(line)))];
        string function = turns[0].Received.OfType<ExecutionStarted>().Single().Name;
        OrchestratorRegistration code = new() { Name = function, Run = Code[function] };
        ExecutionSettings settings = new(JsonDataConverter.Default, NullLoggerFactory.Instance, 1_000_000, 4 * 1024 * 1024, "");
        return (new OrchestrationExecution(lines[0], code, turns[0], settings, static () => Assert.Fail("A foreign await.")), turns);
    }
}
