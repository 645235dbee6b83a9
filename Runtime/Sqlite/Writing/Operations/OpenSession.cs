using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>Begins a session. Only its number is stored: no later process uses it again.</summary>
internal sealed class OpenSession(string node, TimeSpan leaseTime) : WriteOperation<Store, HubSession>
{
    internal override Verdict Run(Store store)
    {
        Result = new HubSession(store.SessionIds.Take(), node, leaseTime, SingleNode: true);
        return Verdict.Keep;
    }

    internal override void Committed(Store store) => store.Sessions.Begin(Result!.Id, leaseTime);
}
