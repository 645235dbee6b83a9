using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Writing;

/// <summary>
/// Numbers that only grow, over restarts too. They are reserved in blocks, so the file is written once a block;
/// a restart goes on behind the block reserved last.
/// </summary>
internal sealed class Counter
{
    private readonly Statement _reserve;
    private readonly string _name;
    private readonly int _block;
    private long _last;
    private long _reserved;
    private long _durable;

    internal Counter(Connection connection, string name, int block)
    {
        _name = name;
        _block = block;
        _reserve = connection.Prepare(
            "INSERT INTO counters(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2");
        Statement read = connection.Prepare("SELECT value FROM counters WHERE name = ?1");
        read.Bind(1, StoredName());
        _last = read.Step() ? read.Int64(0) : 0;
        read.Reset();
        _reserved = _durable = _last;
    }

    /// <summary>The number given last.</summary>
    internal long Last => _last;

    /// <summary>The next number; within a transaction.</summary>
    internal long Take()
    {
        if (_last >= _reserved)
        {
            long reserved = _last + _block;
            _reserve.Bind(1, StoredName());
            _reserve.Bind(2, reserved);
            _reserve.Run();
            _reserved = reserved;
        }

        return ++_last;
    }

    /// <summary>The transaction is durable, and with it what it reserved.</summary>
    internal void Committed() => _durable = _reserved;

    /// <summary>Some of the transaction was undone: nothing it reserved counts.</summary>
    internal void RolledBack() => _reserved = _durable;

    private StoredText StoredName() => StoredText.Of(_name);
}
