using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>Lets several queries see one and the same state.</summary>
internal sealed class Snapshot(Connection connection)
{
    private readonly Statement _begin = connection.Prepare("BEGIN");
    private readonly Statement _end = connection.Prepare("ROLLBACK");

    internal Scope Begin()
    {
        _begin.Run();
        return new Scope(this);
    }

    internal readonly struct Scope(Snapshot snapshot) : IDisposable
    {
        public void Dispose() => snapshot._end.Run();
    }
}
