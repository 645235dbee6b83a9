using System.Collections.Concurrent;
using FuncExec.HubContract;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>Two nodes on one server want the same at the same time: each thing is decided once, and neither waits for the other in a ring.</summary>
public sealed class RaceTests : IAsyncLifetime
{
    private PostgresServer? _server;
    private PostgresPlace? _place;
    private IHub[] _hubs = [];
    private long[] _sessions = [];

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _place = await PostgresPlace.CreateAsync(_server);
        _hubs = [await Scenes.OpenAsync(_place), await Scenes.OpenAsync(_place)];
        _sessions = [await _hubs[0].OpenSessionAsync(), await _hubs[1].OpenSessionAsync()];
    }

    public async Task DisposeAsync()
    {
        foreach (IHub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task Each_activity_is_leased_by_one_of_two()
    {
        const int Count = 4_000;
        Running instance = await _hubs[0].StartAsync("a", _sessions[0]);
        await _hubs[0].CommitAsync(instance.Turn() with { NewActivities = Scenes.Activities(Count) });
        var leased = new ConcurrentBag<ActivityLease>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async taker =>
        {
            while (leased.Count < Count)
            {
                foreach (LeasedActivity activity in await _hubs[taker % 2].LeaseActivitiesAsync(_sessions[taker % 2], ActivitySelection.All, 37, default))
                {
                    leased.Add(activity.Lease);
                }
            }
        }));

        Assert.Equal(Count, leased.DistinctBy(static lease => lease.Sequence).Count());
        Assert.Equal(Count, leased.Count);
        Assert.All(leased, static lease => Assert.Equal(1, lease.Token));
        AssertNoDeadlock();
    }

    [Fact]
    public async Task Each_id_is_created_by_one_of_two_whatever_the_order_in_which_they_ask()
    {
        const int Ids = 300;
        int created = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(asker => Enumerable.Range(0, Ids).Select(async at =>
        {
            // One asks forwards, the other one backwards.
            string id = $"i{(asker % 2 == 0 ? at : Ids - 1 - at)}";
            if (await _hubs[asker % 2].CreateInstanceAsync(Scenes.New(id), _sessions[asker % 2], default) is CreateOutcome.Created)
            {
                Interlocked.Increment(ref created);
            }
        })));

        Assert.Equal(Ids, created);
        Assert.Equal(Ids, (await _hubs[0].QueryInstancesAsync(new InstanceQuery { PageSize = 1_000 }, default)).Items.Count);
        AssertNoDeadlock();
    }

    [Fact]
    public async Task Two_nodes_write_to_start_end_and_purge_each_others_instances()
    {
        const int Rounds = 150;
        var stored = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            IHub hub = _hubs[worker % 2];
            long session = _sessions[worker % 2];
            Running own = await hub.StartAsync($"own {worker}", session);
            for (int round = 0; round < Rounds; round++)
            {
                string[] ids = [.. Enumerable.Range(0, 6).OrderBy(_ => random.Next()).Take(3).Select(static id => $"shared {id}")];
                CommitOutcome.Committed committed = await hub.CommitAsync(own.Turn() with
                {
                    Messages = [.. ids.Select(id => new OutgoingMessage(id, null, new byte[] { 1 }, Scenes.New(id)))],
                    Children = [Scenes.New($"child {random.Next(4)}")],
                    LeaseChildren = true,
                });
                Assert.All(committed.Messages, static receipt => Assert.NotEqual(Delivery.Dropped, receipt.Delivery));
                own = own with { Version = committed.Version };
                foreach (ChildReceipt child in committed.Children.Where(static child => child.Lease is not null))
                {
                    InstanceRecord? record = await hub.FindInstanceAsync(child.Lease!.InstanceId, default);
                    await hub.CommitTurnAsync(new Running(child.Lease, session, record!.Generation, 1).Turn(InstanceStatus.Completed), default);
                }

                string shared = $"shared {random.Next(6)}";
                string content = $"{worker}/{round}";
                if (await hub.SendMessageAsync(new OutgoingMessage(shared, null, System.Text.Encoding.UTF8.GetBytes(content), Scenes.New(shared)), default) is SendOutcome.Stored)
                {
                    stored.Add(content);
                }

                // A purge finds unread messages, so none that was stored is lost by it.
                Assert.NotEqual(PurgeOutcome.Purged, await hub.PurgeIdleInstanceAsync($"shared {random.Next(6)}", 1, default));
            }
        })));

        Assert.Equal(8 * Rounds, stored.Count);
        AssertNoDeadlock();
    }

    [Fact]
    public async Task Message_that_may_bring_its_instance_and_a_purge_of_it_exclude_each_other()
    {
        for (int round = 0; round < 100; round++)
        {
            string id = $"e{round}";
            Running entity = await _hubs[0].StartAsync(id, _sessions[0]);
            await _hubs[0].CommitAsync(entity.Turn());
            Task<PurgeOutcome> purge = _hubs[0].PurgeIdleInstanceAsync(id, 2, default);
            Task<SendOutcome> send = _hubs[1].SendMessageAsync(new OutgoingMessage(id, null, new byte[] { 1 }, Scenes.New(id)), default);

            Assert.IsType<SendOutcome.Stored>(await send);
            InstanceRecord left = Assert.IsType<InstanceRecord>(await _hubs[0].FindInstanceAsync(id, default));
            Assert.Equal(await purge == PurgeOutcome.Purged, left.Key != entity.Key);
            Assert.Contains(id, (await _hubs[0].ReadReadyInstancesAsync(new ReadyRequest(_sessions[0], left.Key - 1, 1), default)).InstanceIds);
        }

        AssertNoDeadlock();
    }

    private void AssertNoDeadlock() => Assert.DoesNotContain("deadlock", _server!.Log, StringComparison.OrdinalIgnoreCase);
}
