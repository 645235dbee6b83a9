using System.Globalization;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>
/// Random orchestrations end as a plain reading of them says: with the cache, without it, and with a crash after each
/// turn. <c>FUNCEXEC_LONG=1</c> runs many; <c>FUNCEXEC_SEED=n</c> runs one.
/// </summary>
public sealed class RandomProgramTests
{
    private const int AtOnce = 20;

    private static readonly int[] s_seeds = ChooseSeeds();

    [Fact]
    public Task Programs_end_right_with_live_instances() => RunSideBySideAsync(maxLiveInstances: 10_000);

    [Fact]
    public Task Programs_end_right_when_instances_are_rebuilt_for_every_turn() => RunSideBySideAsync(maxLiveInstances: 0);

    [Fact]
    public async Task Programs_end_right_when_the_node_dies_after_every_turn()
    {
        foreach (int seed in s_seeds)
        {
            var driver = new Driver(seed);
            try
            {
                await RunDyingAsync(driver);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{driver.Name}: {exception}");
            }
        }
    }

    private static async Task RunSideBySideAsync(int maxLiveInstances)
    {
        await using var node = new Node();
        node.Options.MaxLiveInstances = maxLiveInstances;
        Interpreter.Register(node);
        await node.StartAsync();
        int[] guards = new int[ProgramMaker.SharedEntities];
        foreach (int[] group in s_seeds.Chunk(AtOnce))
        {
            await Task.WhenAll(group.Select(async seed =>
            {
                var driver = new Driver(seed);
                using var limit = new CancellationTokenSource(Wait.Limit);
                try
                {
                    await CheckAsync(node, driver, await driver.RunAsync(node.Client, limit.Token));
                    lock (guards)
                    {
                        driver.CountGuards(guards);
                    }
                }
                catch (OperationCanceledException)
                {
                    Assert.Fail($"{driver.Name} did not end.");
                }
            }));
        }

        await GuardsAreAsync(node, guards);
        await NothingIsLeftAsync(node);
    }

    /// <summary>Each section has written once, and none has overwritten another.</summary>
    private static async Task GuardsAreAsync(Node node, int[] counts)
    {
        for (int number = 0; number < counts.Length; number++)
        {
            EntityInstanceId id = new(Interpreter.Guards, $"{number}");
            await Wait.UntilAsync(async () => (await node.Client.Entities.GetEntityAsync(id))?.LockedBy is null);
            EntityMetadata<int>? guard = await node.Client.Entities.GetEntityAsync<int>(id);
            Assert.Equal(counts[number], guard is { IncludesState: true } ? guard.State : 0);
        }
    }

    private static async Task RunDyingAsync(Driver driver)
    {
        await using var node = new Node();
        Interpreter.Register(node);
        OrchestrationMetadata? end = null;
        for (int lives = 0; end is null; lives++)
        {
            Assert.True(lives < 1_000, $"{driver.Name} does not get on.");
            await node.StartAsync();
            using var life = new CancellationTokenSource(Wait.Limit);
            bool died = false;
            node.AfterEachCommit(() =>
            {
                node.Kill();
                died = true;
                life.Cancel();
            });
            try
            {
                end = await driver.RunAsync(node.Client, life.Token);
            }
            catch (OperationCanceledException) when (died)
            {
                // The next life goes on.
            }

            await node.CrashAsync();
        }

        // The last deaths may have come after the program's end, among the entities that it unlocked.
        await node.StartAsync();
        await CheckAsync(node, driver, end);
        int[] guards = new int[ProgramMaker.SharedEntities];
        driver.CountGuards(guards);
        await GuardsAreAsync(node, guards);
    }

    private static async Task CheckAsync(Node node, Driver driver, OrchestrationMetadata end)
    {
        driver.Check(end);
        IReadOnlyList<HistoryEvent> history = await node.HistoryAsync(end.InstanceId);
        Assert.Empty(HistoryRules.Broken(history));
    }

    /// <summary>No timer, activity or message outlives its instance.</summary>
    private static async Task NothingIsLeftAsync(Node node)
    {
        long session = node.Session;
        await Wait.UntilAsync(async () => (await node.StoreAsync(hub => hub.ReadHeldActivitiesAsync(session, 0, 10, CancellationToken.None))).Count == 0);
        Assert.Empty(await node.StoreAsync(hub => hub.ReadTimersAsync(session, default, DateTimeOffset.MaxValue, 10, CancellationToken.None)));
        Assert.Empty((await node.StoreAsync(hub => hub.ReadReadyInstancesAsync(new ReadyRequest(session, 0, 10), CancellationToken.None))).InstanceIds);
    }

    private static int[] ChooseSeeds()
    {
        if (Environment.GetEnvironmentVariable("FUNCEXEC_SEED") is { Length: > 0 } seed)
        {
            return [int.Parse(seed, CultureInfo.InvariantCulture)];
        }

        int count = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1" ? 2_000 : 40;
        return [.. Enumerable.Range(Random.Shared.Next(1_000_000), count)];
    }
}
