using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>A row for each life of a node, so that tasks can say who ran them. Which of them live is known in memory.</summary>
internal sealed class NodeTable(Func<string, Statement> prepare)
{
    private readonly Statement _insert = prepare("INSERT INTO nodes(id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING key");

    /// <summary>The new life's key, or null when its id is not new.</summary>
    internal long? Insert(NodeLife node)
    {
        _insert.Bind(1, node.Id);
        _insert.Bind(2, node.Name);
        try
        {
            return _insert.Step() ? _insert.Int64(0) : null;
        }
        finally
        {
            _insert.Reset();
        }
    }
}
