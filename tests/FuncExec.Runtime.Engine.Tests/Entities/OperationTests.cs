using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Engine.Tests.Semantics;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Entities;

/// <summary>Calls, signals and what operations do.</summary>
public abstract class OperationTests(bool live) : EngineTests(live)
{
    private static readonly EntityInstanceId s_a = new("Counter", "a");

    [Fact]
    public async Task Calls_change_the_state_and_answer()
    {
        Node.Entity<Counter>("counter").Orchestrator("Calls", async context =>
        {
            int first = await context.Entities.CallEntityAsync<int>(s_a, "Add", 5);
            int second = await context.Entities.CallEntityAsync<int>(s_a, "addlater", 6);
            int third = await context.Entities.CallEntityAsync<int>(s_a, "AddEvenLater", 7);
            int withDefault = await context.Entities.CallEntityAsync<int>(s_a, "AddWithDefault");
            await context.Entities.CallEntityAsync(s_a, "Nothing");
            string id = await context.Entities.CallEntityAsync<string>(s_a, "WhoAmI");
            return $"{first} {second} {third} {withDefault} {id}";
        });
        await Node.StartAsync();

        Assert.Equal("5 11 18 25 @counter@a", await Node.ResultAsync<string>("Calls"));
        Assert.Equal(25, await StateAsync<int>(s_a));
    }

    [Fact]
    public async Task A_failed_operation_takes_back_its_own_changes_and_nothing_else()
    {
        Node.Entity<Counter>("counter").Orchestrator("Fails", async context =>
        {
            await context.Entities.CallEntityAsync(s_a, "Add", 1);
            string seen = "";
            try
            {
                await context.Entities.CallEntityAsync(s_a, "Fail", 100);
            }
            catch (EntityOperationFailedException failed)
            {
                seen = $"{failed.EntityId} {failed.OperationName} {failed.FailureDetails.ErrorType} {failed.Message}";
            }

            try
            {
                await context.Entities.CallEntityAsync(s_a, "Pass", new Payment("b", 10, Fails: true));
            }
            catch (EntityOperationFailedException)
            {
                // What it had sent is taken back too, which the other's state shows.
            }

            await context.Entities.CallEntityAsync(s_a, "Pass", new Payment("b", 1));
            return seen;
        });
        await Node.StartAsync();

        Assert.Equal(
            "@counter@a Fail System.InvalidOperationException Operation 'Fail' of entity '@counter@a' failed: failed on purpose with 101",
            await Node.ResultAsync<string>("Fails"));
        Assert.Equal(0, await StateAsync<int>(s_a));
        await Wait.UntilAsync(async () => await StateAsync<int?>(new EntityInstanceId("counter", "b")) == 1);
    }

    [Theory]
    [InlineData("Nowhere", "System.NotSupportedException", "No suitable method found for entity operation 'counter/Nowhere'.")]
    [InlineData("Add", "System.InvalidOperationException", "takes an input")]
    public async Task What_cannot_be_dispatched_fails_its_caller(string operation, string type, string message)
    {
        Node.Entity<Counter>("counter").Orchestrator("Fails", async context =>
        {
            try
            {
                await context.Entities.CallEntityAsync(s_a, operation);
                return "";
            }
            catch (EntityOperationFailedException failed)
            {
                return $"{failed.FailureDetails.ErrorType} {failed.FailureDetails.ErrorMessage}";
            }
        });
        await Node.StartAsync();

        string seen = await Node.ResultAsync<string>("Fails");
        Assert.StartsWith(type, seen, StringComparison.Ordinal);
        Assert.Contains(message, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_entity_fails_its_caller_and_is_named()
    {
        Node.Entity<Counter>("counter").Orchestrator("Fails", async context =>
        {
            try
            {
                await context.Entities.CallEntityAsync(new EntityInstanceId("counted", "a"), "Add", 1);
                return "";
            }
            catch (EntityOperationFailedException failed)
            {
                return failed.FailureDetails.ErrorMessage;
            }
        });
        await Node.StartAsync();

        Assert.Equal("The entity function 'counted' does not exist here. Known entity functions: 'counter'.", await Node.ResultAsync<string>("Fails"));
    }

    [Fact]
    public async Task Signals_of_one_sender_arrive_each_once_and_in_order()
    {
        const int Signals = 300;
        EntityInstanceId journal = new("journal", "j");
        Node.Entity<Journal>("journal").Orchestrator("Sends", async context =>
        {
            for (int i = 0; i < Signals; i++)
            {
                await context.Entities.SignalEntityAsync(journal, "Write", $"{i}");
                if (i % 50 == 0)
                {
                    await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
                }
            }

            return await context.Entities.CallEntityAsync<int>(journal, "Count");
        });
        await Node.StartAsync();

        Assert.Equal(Signals, await Node.ResultAsync<int>("Sends"));
        Assert.Equal(Enumerable.Range(0, Signals).Select(i => $"{i}"), await StateAsync<List<string>>(journal));
    }

    [Fact]
    public async Task A_client_signals_and_reads_what_becomes_of_it()
    {
        Node.Entity<Counter>("counter");
        await Node.StartAsync();
        Assert.Null(await Node.Client.Entities.GetEntityAsync(s_a));

        await Node.Client.Entities.SignalEntityAsync(s_a, "Add", 3);
        await Node.Client.Entities.SignalEntityAsync(s_a, "Fail", 3);
        await Node.Client.Entities.SignalEntityAsync(s_a, "Add", 4);
        await Wait.UntilAsync(async () => await StateAsync<int?>(s_a) == 7);

        EntityMetadata found = (await Node.Client.Entities.GetEntityAsync(s_a))!;
        Assert.Equal((s_a, true, "7", null), (found.Id, found.IncludesState, found.State.Value, found.LockedBy));
        Assert.False((await Node.Client.Entities.GetEntityAsync(s_a, includeState: false))!.IncludesState);
        await Wait.UntilAsync(() => Node.Warnings.Any(
            static warning => warning.Contains("'Fail'", StringComparison.Ordinal) && warning.Contains("@counter@a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_state_of_a_megabyte_is_kept_and_grows_on_after_a_crash()
    {
        EntityInstanceId journal = new("journal", "large");
        string page = new('x', 1024 * 1024);
        Node.Entity<Journal>("journal").Orchestrator("Count", context => context.Entities.CallEntityAsync<int>(journal, "Count"));
        await Node.StartAsync();
        await Node.Client.Entities.SignalEntityAsync(journal, "Write", page);
        Assert.Equal(1, await Node.ResultAsync<int>("Count"));

        await Node.CrashAndStartAsync();
        await Node.Client.Entities.SignalEntityAsync(journal, "Write", "more");

        Assert.Equal(2, await Node.ResultAsync<int>("Count"));
        Assert.Equal([page, "more"], await StateAsync<List<string>>(journal));
    }

    [Fact]
    public async Task A_signal_for_later_runs_then_also_after_a_crash()
    {
        ShiftedTime time = new();
        Node.Time = time;
        Node.Entity<Journal>("journal");
        EntityInstanceId journal = new("journal", "j");
        await Node.StartAsync();
        await Node.Client.Entities.SignalEntityAsync(journal, "Write", "in an hour", time.GetUtcNow().AddHours(1));
        await Node.Client.Entities.SignalEntityAsync(journal, "Write", "in two hours", time.GetUtcNow().AddHours(2));
        await Node.Client.Entities.SignalEntityAsync(journal, "Write", "now");
        await Wait.UntilAsync(async () => await StateAsync<List<string>>(journal) is { Count: 1 });

        time.Shift(TimeSpan.FromHours(1.5));
        await Wait.UntilAsync(async () => await StateAsync<List<string>>(journal) is { Count: 2 });
        await Node.CrashAndStartAsync();
        time.Shift(TimeSpan.FromHours(1));
        await Wait.UntilAsync(async () => await StateAsync<List<string>>(journal) is { Count: 3 });

        Assert.Equal(["now", "in an hour", "in two hours"], (await StateAsync<List<string>>(journal))!);
    }

    [Fact]
    public async Task An_entity_starts_orchestrations()
    {
        Node.Entity<Counter>("counter")
            .Orchestrator("Started", context => Task.FromResult(context.GetInput<int>() + 1))
            .Orchestrator("Starts", async context =>
            {
                await context.Entities.CallEntityAsync(s_a, "Add", 41);
                return await context.Entities.CallEntityAsync<string>(s_a, "Start", "Started");
            });
        await Node.StartAsync();

        OrchestrationMetadata started = await Node.EndOfAsync(await Node.ResultAsync<string>("Starts"));
        Assert.Equal(42, started.ReadOutputAs<int>());
    }

    [Fact]
    public async Task The_state_may_have_the_operations()
    {
        EntityInstanceId purse = new("purse", "p");
        Node.Entity<PurseEntity>("purse").Orchestrator("Puts", async context =>
        {
            await context.Entities.CallEntityAsync(purse, "Put", 3);
            return await context.Entities.CallEntityAsync<int>(purse, "Put", 4);
        });
        await Node.StartAsync();

        Assert.Equal(7, await Node.ResultAsync<int>("Puts"));
        Assert.Equal(7, (await StateAsync<Purse>(purse))!.Coins);
    }

    [Fact]
    public async Task A_deleted_state_begins_anew_and_an_empty_entity_is_cleaned_up()
    {
        Node.Entity<Counter>("counter").Orchestrator("Deletes", async context =>
        {
            await context.Entities.CallEntityAsync(s_a, "Add", 5);
            await context.Entities.CallEntityAsync(s_a, "delete");
        });
        await Node.StartAsync();
        await Node.RunAsync("Deletes");
        await Node.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", "kept"), "Add", 1);
        await Wait.UntilAsync(async () => await StateAsync<int?>(new EntityInstanceId("counter", "kept")) == 1);

        Assert.Null(await Node.Client.Entities.GetEntityAsync(s_a));
        Assert.Equal(["@counter@kept"], await ListAsync(new EntityQuery()));
        Assert.Equal(["@counter@a", "@counter@kept"], await ListAsync(new EntityQuery { IncludeTransient = true }));
        CleanEntityStorageResult cleaned = await Node.Client.Entities.CleanEntityStorageAsync();
        Assert.Equal((1, 0, null), (cleaned.EmptyEntitiesRemoved, cleaned.OrphanedLocksReleased, cleaned.ContinuationToken));
        Assert.Equal(["@counter@kept"], await ListAsync(new EntityQuery { IncludeTransient = true }));

        await Node.Client.Entities.SignalEntityAsync(s_a, "Add", 2);
        await Wait.UntilAsync(async () => await StateAsync<int?>(s_a) == 2);
    }

    [Fact]
    public async Task Entities_and_orchestrations_are_listed_apart()
    {
        Node.Entity<Counter>("counter").Entity<Journal>("journal").Orchestrator("Quick", context => Task.FromResult(1));
        await Node.StartAsync();
        await Node.RunAsync("Quick", id: "orchestration");
        for (int i = 0; i < 5; i++)
        {
            await Node.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", $"{i}"), "Add", i);
        }

        await Node.Client.Entities.SignalEntityAsync(new EntityInstanceId("journal", "j"), "Write", "line");
        await Wait.UntilAsync(async () => (await ListAsync(new EntityQuery())).Length == 6);

        Assert.Equal(["orchestration"], await Ids(Node.Client.GetAllInstancesAsync()));
        Assert.Equal(5, (await ListAsync(new EntityQuery { InstanceIdStartsWith = "Counter" })).Length);
        Assert.Equal(["@counter@3"], await ListAsync(new EntityQuery { InstanceIdStartsWith = "@counter@3", PageSize = 2 }));
        Assert.Empty(await ListAsync(new EntityQuery { LastModifiedTo = DateTimeOffset.UtcNow.AddDays(-1) }));

        static async Task<string[]> Ids(AsyncPageable<OrchestrationMetadata> instances)
        {
            List<string> ids = [];
            await foreach (OrchestrationMetadata instance in instances)
            {
                ids.Add(instance.InstanceId);
            }

            return [.. ids];
        }
    }

    [Fact]
    public async Task What_was_stored_is_applied_once_when_the_node_dies_at_any_commit()
    {
        const int Signals = 40;
        int commits = 0;
        EntityInstanceId journal = new("journal", "j");
        Node.Entity<Journal>("journal").Orchestrator("Sends", async context =>
        {
            for (int i = 0; i < Signals; i++)
            {
                await context.Entities.SignalEntityAsync(journal, "Write", $"{i}");
                await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
            }

            return await context.Entities.CallEntityAsync<int>(journal, "Count");
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Sends");
        for (int death = 0; death < 8; death++)
        {
            Signal dead = new();
            int at = 3 + (death * 2);
            commits = 0;
            Node.AfterEachCommit(() =>
            {
                if (Interlocked.Increment(ref commits) == at)
                {
                    Node.Kill();
                    dead.Set();
                }
            });
            await Node.Client.RaiseEventAsync(id, "nudge");
            using CancellationTokenSource limit = new(Wait.Limit);
            await Task.WhenAny(dead.WaitAsync(limit.Token), Node.EndOfAsync(id));
            await Node.CrashAndStartAsync();
        }

        Assert.Equal(Signals, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(Enumerable.Range(0, Signals).Select(i => $"{i}"), await StateAsync<List<string>>(journal));
    }

    private async Task<T?> StateAsync<T>(EntityInstanceId id) =>
        await Node.Client.Entities.GetEntityAsync<T>(id) is { IncludesState: true } found ? found.State : default;

    private async Task<string[]> ListAsync(EntityQuery query)
    {
        List<string> ids = [];
        await foreach (EntityMetadata entity in Node.Client.Entities.GetAllEntitiesAsync(query))
        {
            ids.Add(entity.Id.ToString());
        }

        return [.. ids];
    }
}

/// <summary>With instances kept live.</summary>
public sealed class LiveOperationTests() : OperationTests(live: true);

/// <summary>With every instance read from the store for every turn.</summary>
public sealed class RebuiltOperationTests() : OperationTests(live: false);
