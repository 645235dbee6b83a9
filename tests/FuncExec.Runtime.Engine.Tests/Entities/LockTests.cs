using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Engine.Tests.Semantics;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Entities;

/// <summary>Critical sections.</summary>
public abstract class LockTests(bool live) : EngineTests(live)
{
    private static readonly EntityInstanceId s_a = new("counter", "a");
    private static readonly EntityInstanceId s_b = new("counter", "b");

    [Theory]
    [InlineData(2, 40)]
    [InlineData(10, 25)]
    public async Task Sections_exclude_each_other_and_never_wait_in_a_circle(int locks, int sections)
    {
        // Read, wait, write: without the locks updates would be lost.
        Node.Entity<Counter>("counter").Orchestrator("Section", async context =>
        {
            EntityInstanceId[] ids = [.. Enumerable.Range(0, locks).Select(i => new EntityInstanceId("counter", $"{(i + context.GetInput<int>()) % locks}"))];
            await using (await context.Entities.LockEntitiesAsync(ids))
            {
                foreach (EntityInstanceId id in ids)
                {
                    int read = await context.Entities.CallEntityAsync<int>(id, "Get");
                    await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
                    await context.Entities.CallEntityAsync(id, "Reset");
                    await context.Entities.CallEntityAsync(id, "Add", read + 1);
                }
            }
        });
        await Node.StartAsync();

        string[] ids = await Task.WhenAll(Enumerable.Range(0, sections).Select(i => Node.ScheduleAsync("Section", i)));
        foreach (string id in ids)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Node.EndOfAsync(id)).RuntimeStatus);
        }

        for (int i = 0; i < locks; i++)
        {
            EntityInstanceId id = new("counter", $"{i}");
            await Wait.UntilAsync(async () => (await FindAsync(id))!.LockedBy is null);
            Assert.Equal(sections, (await Node.Client.Entities.GetEntityAsync<int>(id))!.State);
        }
    }

    [Fact]
    public async Task The_rules_of_a_section_are_kept()
    {
        Node.Entity<Counter>("counter").Orchestrator("Child", context => Task.FromResult(1)).Orchestrator("Rules", async context =>
        {
            List<string> seen = [];
            Assert.False(context.Entities.InCriticalSection(out _));
            IAsyncDisposable section = await context.Entities.LockEntitiesAsync(s_b, s_a, s_b);
            Assert.True(context.Entities.InCriticalSection(out IReadOnlyList<EntityInstanceId>? held));
            seen.Add(string.Join(' ', held));
            await TryAsync(() => context.Entities.LockEntitiesAsync(s_a));
            await TryAsync(() => context.CallSubOrchestratorAsync<int>("Child"));
            await TryAsync(() => context.Entities.SignalEntityAsync(s_a, "Add", 1));
            await TryAsync(() => context.Entities.CallEntityAsync(new EntityInstanceId("counter", "c"), "Get"));
            Task<int> first = context.Entities.CallEntityAsync<int>(s_a, "Add", 1);
            await TryAsync(() => context.Entities.CallEntityAsync(s_a, "Get"));
            await first;
            seen.Add($"{await context.Entities.CallEntityAsync<int>(s_a, "Add", 1)}");
            await context.Entities.SignalEntityAsync(new EntityInstanceId("counter", "c"), "Add", 1);
            await section.DisposeAsync();
            await section.DisposeAsync();
            seen.Add($"{context.Entities.InCriticalSection()}");
            seen.Add($"{await context.CallSubOrchestratorAsync<int>("Child")}");
            return seen;

            async Task TryAsync(Func<Task> call)
            {
                try
                {
                    await call();
                    seen.Add("allowed");
                }
                catch (InvalidOperationException refused)
                {
                    seen.Add(refused.Message);
                }
            }
        });
        await Node.StartAsync();

        Assert.Equal(
            [
                "@counter@a @counter@b",
                "Must not enter another critical section from within a critical section.",
                "While holding locks, cannot call suborchestrators.",
                "Must not signal a locked entity from a critical section.",
                "Must not call an entity from a critical section if it is not one of the locked entities.",
                "Must not call an entity from a critical section while a prior call to the same entity is still pending.",
                "2",
                "False",
                "1",
            ],
            await Node.ResultAsync<string[]>("Rules"));
    }

    [Fact]
    public async Task What_others_ask_waits_and_comes_in_order_after_the_section()
    {
        EntityInstanceId journal = new("journal", "j");
        Node.Entity<Journal>("journal").Orchestrator("Section", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(journal))
            {
                context.SetCustomStatus("locked");
                await context.WaitForExternalEvent<string>("go");
                await context.Entities.CallEntityAsync(journal, "Write", "inside");
            }
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Section");
        await Node.ShowsAsync(id, "locked");
        for (int i = 0; i < 20; i++)
        {
            await Node.Client.Entities.SignalEntityAsync(journal, "Write", $"{i}");
        }

        Assert.Null(await Node.Client.Entities.GetEntityAsync(journal)); // It has no state yet.
        Assert.Equal(id, (await FindAsync(journal))!.LockedBy);
        await Node.CrashAndStartAsync();
        await Node.Client.RaiseEventAsync(id, "go", "go");
        await Node.EndOfAsync(id);
        await Wait.UntilAsync(async () => (await Node.Client.Entities.GetEntityAsync<List<string>>(journal)) is { IncludesState: true, State.Count: 21 });

        Assert.Equal(
            ["inside", .. Enumerable.Range(0, 20).Select(i => $"{i}")],
            (await Node.Client.Entities.GetEntityAsync<List<string>>(journal))!.State);
    }

    [Theory]
    [InlineData("return")]
    [InlineData("throw")]
    [InlineData("continue")]
    [InlineData("terminate")]
    public async Task Locks_end_with_the_orchestration_however_it_ends(string how)
    {
        Node.Entity<Counter>("counter").Orchestrator("Section", async context =>
        {
            if (context.GetInput<string>() == "again")
            {
                return;
            }

            _ = await context.Entities.LockEntitiesAsync(s_a, s_b);
            context.SetCustomStatus("locked");
            await context.WaitForExternalEvent<string>("go");
            if (how == "throw")
            {
                throw new InvalidOperationException("in the section");
            }

            if (how == "continue")
            {
                context.ContinueAsNew("again");
            }
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Section", "first");
        await Node.ShowsAsync(id, "locked");
        await Node.Client.Entities.SignalEntityAsync(s_b, "Add", 5);

        if (how == "terminate")
        {
            await Node.Client.TerminateInstanceAsync(id);
        }
        else
        {
            await Node.Client.RaiseEventAsync(id, "go", "go");
        }

        await Wait.UntilAsync(async () => await Node.Client.Entities.GetEntityAsync<int>(s_b) is { IncludesState: true, State: 5, LockedBy: null });
        await Wait.UntilAsync(async () => (await FindAsync(s_a))!.LockedBy is null);
    }

    [Fact]
    public async Task A_request_that_is_given_up_while_it_waits_locks_nobody_for_ever()
    {
        Node.Entity<Counter>("counter").Orchestrator("Holder", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(s_b))
            {
                context.SetCustomStatus("locked");
                await context.WaitForExternalEvent<string>("go");
            }
        }).Orchestrator("Waiter", async context =>
        {
            _ = await context.Entities.LockEntitiesAsync(s_a, s_b);
        });
        await Node.StartAsync();
        string holder = await Node.ScheduleAsync("Holder");
        await Node.ShowsAsync(holder, "locked");
        string waiter = await Node.ScheduleAsync("Waiter");
        await Wait.UntilAsync(async () => (await FindAsync(s_a))?.LockedBy == waiter);

        await Node.Client.TerminateInstanceAsync(waiter);
        await Node.EndOfAsync(waiter);
        await Node.Client.RaiseEventAsync(holder, "go", "go");
        await Node.EndOfAsync(holder);

        foreach (EntityInstanceId id in (EntityInstanceId[])[s_a, s_b])
        {
            await Wait.UntilAsync(async () => (await FindAsync(id))!.LockedBy is null);
        }
    }

    [Fact]
    public async Task A_lock_whose_holder_was_purged_is_found_and_released()
    {
        // As it is left when the holder ended while the request for the lock still travelled.
        string holder = "gone";
        Node.Entity<Counter>("counter");
        await Node.StartAsync();
        await using (IHub hub = Node.CreateHub())
        {
            await Node.StopAsync();
            await hub.OpenAsync(CancellationToken.None);
            foreach (EntityInstanceId id in (EntityInstanceId[])[s_a, s_b])
            {
                await hub.SendMessageAsync(
                    EntityMessages.To(id.ToString(), new History.LockRequested([id.ToString()], 0, new History.EntityCaller(holder, Guid.NewGuid(), 1)), DateTimeOffset.UtcNow),
                    CancellationToken.None);
            }
        }

        await Node.StartAsync();
        foreach (EntityInstanceId id in (EntityInstanceId[])[s_a, s_b])
        {
            await Wait.UntilAsync(async () => (await FindAsync(id))?.LockedBy == holder);
        }

        CleanEntityStorageResult cleaned = await Node.Client.Entities.CleanEntityStorageAsync(new CleanEntityStorageRequest { ReleaseOrphanedLocks = true });
        Assert.Equal((0, 2), (cleaned.EmptyEntitiesRemoved, cleaned.OrphanedLocksReleased));
        await Wait.UntilAsync(async () => (await FindAsync(s_a))!.LockedBy is null);
    }

    /// <summary>An entity, also one without a state.</summary>
    private async Task<EntityMetadata?> FindAsync(EntityInstanceId id) =>
        await Node.Client.Entities.GetAllEntitiesAsync(new EntityQuery { InstanceIdStartsWith = id.ToString(), IncludeTransient = true }).FirstOrDefaultAsync();
}

/// <summary>With instances kept live.</summary>
public sealed class LiveLockTests() : LockTests(live: true);

/// <summary>With every instance read from the store for every turn.</summary>
public sealed class RebuiltLockTests() : LockTests(live: false);
