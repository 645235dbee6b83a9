namespace FuncExec.HubContract;

/// <summary>An instance as the engine that runs it knows it.</summary>
public sealed record Running(InstanceLease Lease, long Session, Guid Generation, long Version)
{
    /// <summary>The instance's id.</summary>
    public string Id => Lease.InstanceId;

    /// <summary>The instance's key.</summary>
    public long Key => Lease.InstanceKey;

    /// <summary>The next turn, empty but for its history. Tests add to it.</summary>
    public TurnCommit Turn(InstanceStatus status = InstanceStatus.Running) => new()
    {
        Lease = Lease,
        Session = Session,
        ExpectedVersion = Version,
        Generation = Generation,
        Turn = BitConverter.GetBytes(Version),
        Status = status,
        At = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    /// <summary>A timer of this instance.</summary>
    public TimerKey Timer(int id, DateTimeOffset fireAt) => new(fireAt, Key, id);
}
