using System.Globalization;
using Npgsql;
using SQLitePCL;

namespace FuncExec.Migration.Tests.Running;

/// <summary>All rows of all tables, as texts; what each store has for itself left out. New tables and columns come by themselves.</summary>
internal static class Dump
{
    /// <summary>Who holds what: nobody, after a move.</summary>
    private static readonly string[] s_own = ["owner"];

    static Dump() => Batteries_V2.Init();

    /// <summary>A file that nobody uses.</summary>
    public static SortedDictionary<string, List<string>> OfFile(string path)
    {
        Check(raw.sqlite3_open(path, out sqlite3 connection), connection);
        using (connection)
        {
            var dump = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (string table in Query(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
            {
                string[] columns = [.. Query(connection, $"SELECT name FROM pragma_table_info('{table}') ORDER BY cid").Except(s_own)];
                string which = table == "counters" ? "WHERE name <> 'session'" : "";
                string row = string.Join(" || '|' || ", columns.Select(static column => $"typeof({column}) || ' ' || quote({column})"));
                dump.Add(table, [.. Query(connection, $"SELECT {row} FROM {table} {which}").Order(StringComparer.Ordinal)]);
            }

            return dump;
        }
    }

    /// <summary>A schema; the rows of sessions, of lives' leases and of times of making are the schema's own.</summary>
    public static async Task<SortedDictionary<string, List<string>>> OfSchemaAsync(string connectionString, string schema)
    {
        string[] own = [.. s_own, "content", "queue", "taken", "lease", "expires", "begun", "renewed", "report", "drains"];
        await using NpgsqlConnection connection = new(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        var dump = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string table in await QueryAsync(connection, $"SELECT tablename::text FROM pg_tables WHERE schemaname = '{schema}' AND tablename NOT IN ('funcexec_versions', 'hub_sessions', 'ledger_totals')"))
        {
            List<string> columns = await QueryAsync(
                connection, $"SELECT column_name::text FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = '{table}' ORDER BY ordinal_position");
            bool isNumbered = table is "hub_queues";
            string row = string.Join(" || '|' || ", columns.Where(column => !own.Contains(column) && !(isNumbered && column == "id")).Select(static column => $"coalesce({column}::text, 'null')"));
            List<string> rows = await QueryAsync(connection, $"SELECT {row} FROM {schema}.{table}");
            rows.Sort(StringComparer.Ordinal);
            dump.Add(table, rows);
        }

        return dump;
    }

    /// <summary>Columns in which nothing stands: whether they are moved nobody would see.</summary>
    public static List<string> UnusedOfFile(string path)
    {
        Check(raw.sqlite3_open(path, out sqlite3 connection), connection);
        using (connection)
        {
            return
            [
                .. Query(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                    .SelectMany(table => Query(connection, $"SELECT name FROM pragma_table_info('{table}')").Select(column => (table, column)))
                    .Where(place => Query(connection, $"SELECT count({place.column}) FROM {place.table}")[0] == "0")
                    .Select(static place => $"{place.table}.{place.column}"),
            ];
        }
    }

    /// <summary>Fails with the table that differs.</summary>
    public static void AssertEqual(SortedDictionary<string, List<string>> expected, SortedDictionary<string, List<string>> actual, params string[] except)
    {
        Assert.Equal(expected.Keys.Except(except), actual.Keys.Except(except));
        foreach ((string table, List<string> rows) in expected.Where(pair => !except.Contains(pair.Key)))
        {
            Assert.True(rows.SequenceEqual(actual[table], StringComparer.Ordinal), $"{table}:\n{string.Join('\n', rows.Except(actual[table]).Take(3))}\nis not\n{string.Join('\n', actual[table].Except(rows).Take(3))}");
        }
    }

    private static List<string> Query(sqlite3 connection, string sql)
    {
        Check(raw.sqlite3_prepare_v2(connection, sql, out sqlite3_stmt statement), connection);
        using (statement)
        {
            var rows = new List<string>();
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
            {
                rows.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
            }

            return rows;
        }
    }

    private static async Task<List<string>> QueryAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
        {
            rows.Add(Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return rows;
    }

    private static void Check(int code, sqlite3 connection) =>
        Assert.True(code == raw.SQLITE_OK, $"SQLite says {code}: {raw.sqlite3_errmsg(connection).utf8_to_string()}");
}
