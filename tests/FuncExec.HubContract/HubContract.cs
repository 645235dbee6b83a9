using System.Globalization;
using System.Text;

namespace FuncExec.HubContract;

/// <summary>
/// What every hub must do: each law that a store can break, as a test. A hub's tests derive from it and add what is
/// particular to that hub.
/// </summary>
public abstract partial class HubContract(IHubFixture fixture) : IAsyncLifetime
{
    /// <summary>How long sessions of these tests live without renewal.</summary>
    protected static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    private static readonly CancellationToken s_never = CancellationToken.None;
    private static readonly DateTimeOffset s_created = new(2030, 1, 2, 3, 4, 5, 678, 901, TimeSpan.Zero);

    private HubPlace? _place;
    private IHub? _hub;

    /// <summary>The place of this test.</summary>
    protected HubPlace Place => _place!;

    /// <summary>The open hub.</summary>
    protected IHub Hub => _hub!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _place = await fixture.NewPlaceAsync();
        await OpenAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Place.DisposeAsync();
    }

    /// <summary>Closes the hub and opens it again, as the next process would.</summary>
    protected async Task ReopenAsync()
    {
        await Hub.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Opens a session and answers its id.</summary>
    protected async Task<long> OpenSessionAsync() => (await Hub.OpenSessionAsync("node", LeaseTime, s_never)).Id;

    /// <summary>A new instance to create.</summary>
    protected static NewInstance New(string id) => new()
    {
        InstanceId = id,
        Name = "Orchestrator",
        Generation = Guid.NewGuid(),
        FirstTurn = BitConverter.GetBytes(0L),
        CreatedAt = s_created,
    };

    /// <summary>Creates an instance that the session holds.</summary>
    protected async Task<Running> StartAsync(string id, long session)
    {
        NewInstance instance = New(id);
        var created = Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(instance, session, s_never));
        return new Running(created.Lease!, session, instance.Generation, 1);
    }

    /// <summary>Creates an instance and lets it finish.</summary>
    protected async Task<Running> StartFinishedAsync(string id, long session)
    {
        Running instance = await StartAsync(id, session);
        await CommitAsync(instance.Turn(InstanceStatus.Completed));
        return instance;
    }

    /// <summary>Commits a turn that must succeed.</summary>
    protected async Task<CommitOutcome.Committed> CommitAsync(TurnCommit turn) =>
        Assert.IsType<CommitOutcome.Committed>(await Hub.CommitTurnAsync(turn, s_never));

    /// <summary>Runs one empty turn and answers the instance after it.</summary>
    protected async Task<Running> StepAsync(Running instance) =>
        instance with { Version = (await CommitAsync(instance.Turn())).Version };

    /// <summary>Leases an instance that must be free.</summary>
    protected async Task<LeasedInstance> LeaseAsync(string id, long session) =>
        Assert.IsType<LeaseInstanceOutcome.Leased>(await Hub.LeaseInstanceAsync(id, session, s_never)).Instance;

    /// <summary>Reads an instance that must be there.</summary>
    protected async Task<InstanceRecord> FindAsync(string id)
    {
        InstanceRecord? record = await Hub.FindInstanceAsync(id, s_never);
        return Assert.IsType<InstanceRecord>(record);
    }

    /// <summary>The unread messages of an instance that the session may lease, as text.</summary>
    protected async Task<string[]> ReadInboxAsync(string id, long session) =>
        [.. (await LeaseAsync(id, session)).Messages.Select(message => Text(message.Content))];

    /// <summary>Sends a message that must be stored.</summary>
    protected async Task<SendOutcome.Stored> SendAsync(string id, string content) =>
        Assert.IsType<SendOutcome.Stored>(await Hub.SendMessageAsync(Message(id, content), s_never));

    /// <summary>A message for any generation.</summary>
    protected static OutgoingMessage Message(string id, string content, Guid? generation = null) =>
        new(id, generation, Bytes(content));

    /// <summary>Activities that a turn schedules, by task ids from 0 on.</summary>
    protected static NewActivity[] Activities(int count) =>
    [
        .. Enumerable.Range(0, count).Select(id => new NewActivity
        {
            TaskId = id,
            Name = "Activity",
            Input = string.Create(CultureInfo.InvariantCulture, $"\"input {id}\""),
        }),
    ];

    /// <summary>All timers that the session may see.</summary>
    protected Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(long session) =>
        Hub.ReadTimersAsync(session, default, DateTimeOffset.MaxValue, 1_000, s_never);

    /// <summary>The ids of all instances with something to do.</summary>
    protected async Task<IReadOnlyList<string>> ReadReadyAsync(long session) =>
        (await Hub.ReadReadyInstancesAsync(new ReadyRequest(session, 0, 1_000), s_never)).InstanceIds;

    /// <summary>The whole history of an instance, each turn as text of its bytes.</summary>
    protected async Task<string[]> ReadHistoryAsync(long key) =>
        [.. (await Hub.ReadHistoryAsync(key, 0, 100_000, s_never)).Select(turn => Convert.ToHexString(turn.Span))];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task OpenAsync()
    {
        _hub = Place.CreateHub();
        await Hub.OpenAsync(s_never);
    }
}
