using FuncExec.HubContract;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>A connection is cut before, during or after the commit of a call: what is true is read, and asked for again where it is not.</summary>
public sealed class CutTests : IAsyncLifetime
{
    private const int Rounds = 5;

    private PostgresServer? _server;
    private PostgresPlace? _place;
    private FaultProxy? _proxy;
    private IHub? _hub;

    private IHub Hub => _hub!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _place = await PostgresPlace.CreateAsync(_server);
        _proxy = new FaultProxy(_server.Port);
        _hub = _place.CreateHub(new NpgsqlConnectionStringBuilder(_server.ConnectionString()) { Port = _proxy.Port }.ConnectionString);
        await _hub.OpenAsync(default);
    }

    public async Task DisposeAsync()
    {
        await Hub.DisposeAsync();
        await _proxy!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Theory]
    [InlineData(CutPoint.Before)]
    [InlineData(CutPoint.During)]
    [InlineData(CutPoint.After)]
    public async Task A_turn_is_committed_once(CutPoint point)
    {
        Running instance = await Hub.StartAsync("a", await Hub.OpenSessionAsync());
        for (int round = 0; round < Rounds; round++)
        {
            instance = await CommitAsync(instance); // What is prepared now goes in one request next time.
            Task cut = _proxy!.CutNextAsync(point);
            await Assert.ThrowsAsync<HubUnavailableException>(() => Hub.CommitTurnAsync(Turn(instance), default).AsTask());
            await cut;
            await WhenServerHasEndedAsync();
            long version = (await Hub.FindInstanceAsync("a", default))!.Version;
            Assert.InRange(version, instance.Version + (point is CutPoint.After ? 1 : 0), instance.Version + (point is CutPoint.Before ? 0 : 1));
            instance = version == instance.Version ? await CommitAsync(instance) : instance with { Version = version };
        }

        IReadOnlyList<ReadOnlyMemory<byte>> history = await Hub.ReadHistoryAsync(instance.Key, 0, 100, default);
        Assert.Equal(Enumerable.Range(0, (2 * Rounds) + 1).Select(static turn => (long)turn), history.Select(static turn => BitConverter.ToInt64(turn.Span)));
        Assert.Equal(2 * Rounds, await _place!.ReadAsync<long>("SELECT count(*) FROM hub_activities"));
    }

    [Theory]
    [InlineData(CutPoint.Before)]
    [InlineData(CutPoint.During)]
    [InlineData(CutPoint.After)]
    public async Task An_activity_is_completed_once(CutPoint point)
    {
        long session = await Hub.OpenSessionAsync();
        Running instance = await Hub.StartAsync("a", session);
        await Hub.CommitAsync(instance.Turn() with { NewActivities = Scenes.Activities(2 * Rounds) });
        IReadOnlyList<LeasedActivity> leased = await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 2 * Rounds, default);
        for (int round = 0; round < Rounds; round++)
        {
            Assert.IsType<CompleteActivityOutcome.Recorded>(await Hub.CompleteActivityAsync(leased[2 * round].Lease, new byte[1], default));
            ActivityLease lease = leased[(2 * round) + 1].Lease;
            Task cut = _proxy!.CutNextAsync(point);
            await Assert.ThrowsAsync<HubUnavailableException>(() => Hub.CompleteActivityAsync(lease, new byte[1], default));
            await cut;
            await WhenServerHasEndedAsync();
            bool isHeld = (await Hub.ReadHeldActivitiesAsync(session, 0, 100, default)).Any(held => held.Lease == lease);
            Assert.False(isHeld && point is CutPoint.After);
            Assert.Equal(isHeld, await Hub.CompleteActivityAsync(lease, new byte[1], default) is CompleteActivityOutcome.Recorded);
        }

        Assert.Equal(2 * Rounds, await _place!.ReadAsync<long>("SELECT count(*) FROM hub_inbox"));
        Assert.Equal(0, await _place.ReadAsync<long>("SELECT count(*) FROM hub_activities"));
    }

    private static TurnCommit Turn(Running instance) => instance.Turn() with { NewActivities = Scenes.Activities(1, (int)instance.Version) };

    private async Task<Running> CommitAsync(Running instance) => instance with { Version = (await Hub.CommitAsync(Turn(instance))).Version };

    /// <summary>What arrived is done to its end, though nobody waits for it: then the server lets go of the only connection, which was cut.</summary>
    private async Task WhenServerHasEndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await _server!.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'funcexec'") > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
