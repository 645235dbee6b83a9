using System.Threading.Channels;

namespace FuncExec.HubContract;

/// <summary>What every hub with signals must tell: a node hears of all that another one leaves to it.</summary>
public abstract class SignalContract(IHubFixture fixture) : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private HubPlace? _place;
    private IHub? _hub;
    private IHub? _other;
    private Listener? _here;
    private Listener? _there;

    /// <summary>The hub of the node that acts.</summary>
    protected IHub Hub => _hub!;

    private long Session => _here!.Session;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _place = await fixture.NewPlaceAsync();
        _hub = _place.CreateHub();
        await _hub.OpenAsync(s_never);
        _other = await OpenOtherAsync(_place, _hub);
        _here = await Listener.OpenAsync(_hub);
        _there = await Listener.OpenAsync(_other);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _here!.DisposeAsync();
        await _there!.DisposeAsync();
        if (_other != _hub)
        {
            await _other!.DisposeAsync();
        }

        await _hub!.DisposeAsync();
        await _place!.DisposeAsync();
    }

    /// <summary>Opens the hub of the node that listens. The same one, unless several processes may use a place.</summary>
    protected virtual Task<IHub> OpenOtherAsync(HubPlace place, IHub hub) => Task.FromResult(hub);

    [Fact]
    public async Task Load_of_a_node_is_told_as_it_is()
    {
        var load = new NodeLoad(Session, "Long one", 7, 3, 12, LabelSet.Parse("gpu,os=linux"));

        ((IHubSignals)Hub).TellLoad(load);
        ((IHubSignals)Hub).TellLoad(load with { Labels = LabelSet.Empty });

        await _there!.HearsAsync($"load {load}", $"load {load with { Labels = LabelSet.Empty }}");
    }

    [Fact]
    public async Task Message_for_an_instance_that_the_other_holds_is_told_with_its_holder()
    {
        await StartAsync("theirs", _there!.Session);

        await Hub.SendMessageAsync(new OutgoingMessage("theirs", null, new byte[] { 1 }), s_never);

        await _there.HearsAsync($"ready theirs {_there.Session}");
    }

    [Fact]
    public async Task Messages_of_a_turn_are_told_too()
    {
        await StartAsync("theirs", _there!.Session);
        Running ours = await StartAsync("ours", Session);

        await CommitAsync(ours.Turn() with { Messages = [new OutgoingMessage("theirs", null, new byte[] { 1 })] });

        await _there.HearsAsync($"ready theirs {_there.Session}");
    }

    [Fact]
    public async Task Completion_for_an_instance_that_the_other_holds_is_told()
    {
        Running theirs = await StartAsync("theirs", _there!.Session);
        await CommitAsync(theirs.Turn() with { NewActivities = [new NewActivity { TaskId = 1, Name = "Act" }] });
        LeasedActivity activity = Assert.Single(await Hub.LeaseActivitiesAsync(Session, ActivitySelection.All, 1, s_never));

        await Hub.CompleteActivityAsync(activity.Lease, new byte[] { 1 }, s_never);

        await _there.HearsAsync($"ready theirs {_there.Session}");
    }

    [Fact]
    public async Task What_nobody_holds_is_anybodys()
    {
        await Hub.CreateInstanceAsync(New("free"), null, s_never);
        await _there!.HearsAsync("ready free 0");
        await Hub.SendMessageAsync(new OutgoingMessage("free", null, new byte[] { 1 }), s_never);
        await _there.HearsAsync("ready free 0");
    }

    [Fact]
    public async Task What_was_given_back_is_anybodys()
    {
        await StartAsync("ours", Session);
        await Hub.ReleaseInstanceAsync("ours", Session, s_never);
        await _there!.HearsAsync("ready ours 0");
    }

    [Fact]
    public async Task Activities_that_wait_are_told_by_their_names_and_labels()
    {
        Running ours = await StartAsync("ours", Session);

        await CommitAsync(ours.Turn() with
        {
            NewActivities =
            [
                new NewActivity { TaskId = 1, Name = "Mine" },
                new NewActivity { TaskId = 2, Name = "Act", RunsOn = LabelSet.Parse("os=linux,gpu") },
                new NewActivity { TaskId = 3, Name = "Other" },
            ],
            LeaseActivities = 1,
        });

        await _there!.HearsAsync("waiting Act gpu,os=linux", "waiting Other ");
        Assert.DoesNotContain("waiting Mine ", _there.Heard);
    }

    [Fact]
    public async Task Beginning_end_and_purge_are_told()
    {
        Running ours = await StartAsync("ours", Session);
        ours = ours with { Version = (await CommitAsync(ours.Turn())).Version };
        await _there!.HearsAsync("changed ours");
        await CommitAsync(ours.Turn(InstanceStatus.Completed));
        await _there.HearsAsync("changed ours");
        await Hub.PurgeInstanceAsync("ours", s_never);
        await _there.HearsAsync("changed ours");
    }

    [Fact]
    public async Task Closed_session_is_told_and_whoever_has_stopped_listening_is_not_called()
    {
        long third = (await Hub.OpenSessionAsync("third", TimeSpan.FromSeconds(10), s_never)).Id;
        await Hub.CloseSessionAsync(third, s_never);
        await _there!.HearsAsync("closed");
        await _there.DisposeAsync();
        int heard = _there.Heard.Count;
        Listener fourth = await Listener.OpenAsync(_other!);

        await Hub.CreateInstanceAsync(New("free"), null, s_never);
        await fourth.HearsAsync("ready free 0");

        await fourth.DisposeAsync();
        Assert.Equal(heard, _there.Heard.Count);
    }

    private static NewInstance New(string id) => new()
    {
        InstanceId = id,
        Name = "Orchestrator",
        Generation = Guid.NewGuid(),
        FirstTurn = new byte[] { 1 },
        CreatedAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    private async Task<Running> StartAsync(string id, long session)
    {
        NewInstance instance = New(id);
        var created = Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(instance, session, s_never));
        return new Running(created.Lease!, session, instance.Generation, 1);
    }

    private async Task<CommitOutcome.Committed> CommitAsync(TurnCommit turn) =>
        Assert.IsType<CommitOutcome.Committed>(await Hub.CommitTurnAsync(turn, s_never));

    /// <summary>A node that notes what it hears.</summary>
    private sealed class Listener(long session) : IHubListener, IAsyncDisposable
    {
        private readonly Channel<string> _news = Channel.CreateUnbounded<string>();
        private readonly List<string> _heard = [];
        private IAsyncDisposable? _hearing;

        public long Session { get; } = session;

        /// <summary>What has been waited for and what came before it.</summary>
        public IReadOnlyList<string> Heard => _heard;

        public static async Task<Listener> OpenAsync(IHub hub)
        {
            var listener = new Listener((await hub.OpenSessionAsync("node", TimeSpan.FromMinutes(10), s_never)).Id);
            listener._hearing = await ((IHubSignals)hub).ListenAsync(listener, s_never);
            return listener;
        }

        /// <summary>Waits until it hears all of that, in any order.</summary>
        public async Task HearsAsync(params string[] news)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            HashSet<string> awaited = [.. news];
            while (awaited.Count > 0)
            {
                string heard = await _news.Reader.ReadAsync(limit.Token);
                _heard.Add(heard);
                awaited.Remove(heard);
            }
        }

        public void InstanceReady(string instanceId, long owner) => Assert.True(_news.Writer.TryWrite($"ready {instanceId} {owner}"));

        public void ActivitiesWaiting(string name, LabelSet runsOn) => Assert.True(_news.Writer.TryWrite($"waiting {name} {runsOn}"));

        public void InstanceChanged(string instanceId) => Assert.True(_news.Writer.TryWrite($"changed {instanceId}"));

        public void LoadChanged(NodeLoad load) => Assert.True(_news.Writer.TryWrite($"load {load}"));

        public void SessionClosed() => Assert.True(_news.Writer.TryWrite("closed"));

        public void Gap() => Assert.True(_news.Writer.TryWrite("gap"));

        public ValueTask DisposeAsync() => _hearing!.DisposeAsync();
    }
}
