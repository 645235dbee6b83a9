using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.SqliteFiles.Reading;

/// <summary>Lets all queries of one read see one and the same state, chosen when it begins.</summary>
internal sealed class Snapshot(Connection connection)
{
    private readonly Statement _begin = connection.Prepare("BEGIN");
    private readonly Statement _touch = connection.Prepare("SELECT 1 FROM sqlite_schema LIMIT 1");
    private readonly Statement _end = connection.Prepare("ROLLBACK");

    internal void Begin()
    {
        _begin.Run();
        try
        {
            _touch.Step(); // BEGIN by itself chooses nothing; the first read does.
        }
        finally
        {
            _touch.Reset();
        }
    }

    internal void End()
    {
        if (connection.InTransaction)
        {
            _end.Run();
        }
    }
}
