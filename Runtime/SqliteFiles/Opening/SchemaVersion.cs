using System.Globalization;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.SqliteFiles.Opening;

/// <summary>Which version of its schema a file has.</summary>
internal static class SchemaVersion
{
    /// <summary>Reads it, 0 for a new file, and changes nothing; fails as a start does when the file is no such store, or newer than this program.</summary>
    internal static int Read(Connection connection, string path, StoreKind kind)
    {
        int application = ReadInt32(connection, "PRAGMA application_id");
        int version = ReadInt32(connection, "PRAGMA user_version");
        bool isNew = application == 0 && version == 0
            && connection.ReadScalar("SELECT CAST(count(*) AS TEXT) FROM sqlite_master") == "0";
        if (!isNew && application != kind.ApplicationId)
        {
            throw kind.CannotStart(
                $"'{path}' is an SQLite file, but not a {kind.Name} of FuncExec. Move it away, or set another data directory.");
        }

        if (version > kind.Steps.Count)
        {
            throw kind.CannotStart(
                $"'{path}' has schema version {version}; this program knows versions up to {kind.Steps.Count}. Use the "
                + "program version that wrote it, or a newer one.");
        }

        return version;
    }

    /// <summary>Brings the file to the newest version, each step in a transaction of its own.</summary>
    internal static void Migrate(Connection connection, int version, StoreKind kind)
    {
        for (; version < kind.Steps.Count; version++)
        {
            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                connection.Execute(kind.Steps[version]);
                connection.Execute(string.Create(CultureInfo.InvariantCulture,
                    $"PRAGMA application_id = {kind.ApplicationId}; PRAGMA user_version = {version + 1}"));
                connection.Execute("COMMIT");
            }
            catch (SqliteException)
            {
                if (connection.InTransaction)
                {
                    connection.Execute("ROLLBACK");
                }

                throw;
            }
        }
    }

    private static int ReadInt32(Connection connection, string sql) =>
        int.Parse(connection.ReadScalar(sql), CultureInfo.InvariantCulture);
}
