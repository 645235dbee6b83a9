using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A client creates an instance.</summary>
internal sealed class CreateInstance(NewInstance instance, long? leaseTo) : GroupedCall<CreateOutcome>, ICommitCall
{
    private readonly PreparedInstance _instance = new(instance);
    private int _place;

    internal override long Weight => 512 + _instance.FirstTurn.Length;

    public void AddTo(CommitGroup group)
    {
        if (leaseTo is { } session)
        {
            group.AddSession(session);
        }

        _place = group.Instances.Add(_instance, turn: 0, leaseTo ?? 0);
    }

    public void Decide(CommitAnswer answer)
    {
        if (answer.KeyOf(_place) is not 0 and var key)
        {
            bool isLeased = leaseTo is { } session && answer.IsLive(session);
            Decide(new CreateOutcome.Created(isLeased ? new InstanceLease(key, instance.InstanceId, 1) : null));
        }
        else
        {
            Decide(new CreateOutcome.InUse(answer.UserOf(_place)));
        }
    }
}
