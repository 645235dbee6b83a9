using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>Deletes a finished instance.</summary>
internal sealed class PurgeInstance(string instanceId) : WriteOperation<Store, PurgeOutcome>
{
    private readonly StoredText _id = StoredText.Of(instanceId);

    internal override Verdict Run(Store store)
    {
        if (store.Instances.Find(_id) is not { } instance)
        {
            Result = PurgeOutcome.NotFound;
        }
        else if (!instance.Status.IsFinished())
        {
            Result = PurgeOutcome.NotFinished;
        }
        else
        {
            store.Remove(instance.Key);
            Result = PurgeOutcome.Purged;
        }

        return Verdict.Keep;
    }
}
