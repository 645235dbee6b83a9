namespace FuncExec.Runtime.SqliteFiles;

/// <summary>
/// Held while a commit moves the write-ahead log's end and while a reader chooses the end it will read up to. SQLite
/// lets a reader that loses this race several times sleep, and the packaged build sleeps whole seconds (it is compiled
/// without <c>HAVE_USLEEP</c>); here it waits for one commit at most.
/// </summary>
internal sealed class LogGate
{
    internal Lock Gate { get; } = new();
}
