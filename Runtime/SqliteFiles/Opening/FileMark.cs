using System.Text;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.SqliteFiles.Opening;

/// <summary>
/// The mark of a migration in a store's file: a table that is there for as long as the mark is. It is no part of the schema, and a
/// copy of the file has it too.
/// </summary>
internal static class FileMark
{
    /// <summary>Fails as a start does when the file has one.</summary>
    internal static void Refuse(Connection connection, string path, StoreKind kind)
    {
        if (Read(connection) is { } mark)
        {
            throw kind.CannotStart(mark.Explain($"The {kind.Name} '{path}'", Path.GetDirectoryName(path)!));
        }
    }

    internal static TransferMark? Read(Connection connection)
    {
        if (connection.ReadScalar("SELECT count(*) FROM sqlite_master WHERE name = 'migration'") == "0")
        {
            return null;
        }

        Statement mark = connection.Prepare("SELECT role, partner FROM migration");
        try
        {
            mark.Step();
            return new TransferMark((TransferRole)mark.Int32(0), Encoding.UTF8.GetString(mark.Bytes(1)));
        }
        finally
        {
            mark.Reset();
        }
    }

    internal static void Write(Connection connection, TransferMark mark)
    {
        connection.Execute("BEGIN IMMEDIATE; DROP TABLE IF EXISTS migration; CREATE TABLE migration(role INTEGER NOT NULL, partner TEXT NOT NULL)");
        Statement insert = connection.Prepare("INSERT INTO migration VALUES (?1, ?2)");
        insert.Bind(1, (long)mark.Role);
        insert.BindText(2, mark.Partner);
        insert.Run();
        connection.Execute("COMMIT");
    }

    internal static void Delete(Connection connection) => connection.Execute("DROP TABLE IF EXISTS migration");
}
