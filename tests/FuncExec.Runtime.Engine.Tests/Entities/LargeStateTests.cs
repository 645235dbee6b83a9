using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Entities;

/// <summary>Entities with a state of 1 MB.</summary>
public abstract class LargeStateTests(bool live) : EngineTests(live)
{
    private const int Length = 1024 * 1024;

    private static readonly EntityInstanceId s_archive = new("Archive", "a");

    [Fact]
    public async Task A_state_of_1_MB_is_stored_read_and_there_after_a_crash()
    {
        string text = MakeText(seed: 1);
        Node.Entity<Archive>("archive");
        Node.Orchestrator("Write", context => context.Entities.CallEntityAsync<int>(s_archive, "Write", context.GetInput<string>()));
        Node.Orchestrator("Read", context => context.Entities.CallEntityAsync<string>(s_archive, "Read"));
        await Node.StartAsync();

        Assert.Equal(Length, await Node.ResultAsync<int>("Write", text));
        Assert.Equal(text, await Node.ResultAsync<string>("Read"));
        Assert.Equal(text, await StateAsync());

        await Node.CrashAndStartAsync();
        Assert.Equal(text, await StateAsync());
        Assert.Equal(text, await Node.ResultAsync<string>("Read"));
    }

    [Fact]
    public async Task Signals_change_a_state_of_1_MB_each_once_whatever_dies()
    {
        Node.Entity<Archive>("archive");
        await Node.StartAsync();
        await Node.Client.Entities.SignalEntityAsync(s_archive, "Write", MakeText(seed: 2));
        for (int number = 0; number < 20; number++)
        {
            await Node.Client.Entities.SignalEntityAsync(s_archive, "Append", number);
            if (number % 5 == 4)
            {
                await Node.CrashAndStartAsync();
            }
        }

        string expected = MakeText(seed: 2) + string.Concat(Enumerable.Range(0, 20).Select(static number => $"<{number}>"));
        await Wait.UntilAsync(async () => await StateAsync() == expected);
    }

    [Fact]
    public async Task A_state_past_the_limit_of_payloads_fails_its_operation_and_stays_as_it_was()
    {
        Node.Entity<Archive>("archive");
        Node.Orchestrator("Grow", async context =>
        {
            await context.Entities.CallEntityAsync(s_archive, "Write", "small");
            try
            {
                await context.Entities.CallEntityAsync(s_archive, "Grow", 5 * Length);
                return "grown";
            }
            catch (EntityOperationFailedException failed)
            {
                return failed.FailureDetails.ErrorMessage;
            }
        });
        await Node.StartAsync();

        Assert.Contains("the limit is 4194304", await Node.ResultAsync<string>("Grow"), StringComparison.Ordinal);
        Assert.Equal("small", await StateAsync());
    }

    private async Task<string?> StateAsync() =>
        await Node.Client.Entities.GetEntityAsync<string>(s_archive) is { IncludesState: true } found ? found.State : null;

    /// <summary>Text that compression makes little of.</summary>
    private static string MakeText(int seed)
    {
        Random random = new(seed);
        return string.Create(Length, random, static (text, random) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (char)('!' + random.Next(90));
            }
        });
    }

    public sealed class Live() : LargeStateTests(live: true);

    public sealed class Rebuilt() : LargeStateTests(live: false);
}

/// <summary>A text.</summary>
internal sealed class Archive : TaskEntity<string>
{
    public int Write(string text) => (State = text).Length;

    public string Read() => State;

    public void Append(int number) => State += $"<{number}>";

    public void Grow(int length) => State = new string('x', length);

    protected override string InitializeState(TaskEntityOperation entityOperation) => "";
}
