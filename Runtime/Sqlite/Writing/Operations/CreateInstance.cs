using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A client creates an instance.</summary>
internal sealed class CreateInstance(NewInstance instance, long? leaseTo) : WriteOperation<Store, CreateOutcome>
{
    private readonly PreparedInstance _instance = new(instance);

    internal override long Weight => 512 + instance.FirstTurn.Length;

    internal override Verdict Run(Store store)
    {
        if (_instance.FindUser(store) is { } user)
        {
            Result = new CreateOutcome.InUse(user.Status);
            return Verdict.Keep;
        }

        long owner = leaseTo is { } session && store.Sessions.IsLive(session) ? session : 0;
        Result = new CreateOutcome.Created(_instance.Insert(store, owner));
        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (store.Signals.AreHeard && Result is CreateOutcome.Created { Lease: null })
        {
            store.Signals.Tell(0, listener => listener.InstanceReady(instance.InstanceId, 0));
        }
    }
}
