using SQLitePCL;

namespace FuncExec.Service.Tests.Kills;

/// <summary>An attempt that the ledger had recorded as ended.</summary>
/// <param name="Job">The job.</param>
/// <param name="Task">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Token">The token of the claim.</param>
/// <param name="Status">How it ended; of a task that is to be tried again, the number of that attempt's status.</param>
/// <param name="IsFinal">Whether the task had ended with it.</param>
internal sealed record RecordedEnd(string Job, string Task, int Attempt, long Token, int Status, bool IsFinal);

/// <summary>What the ledger's files say at the moment of a kill, read from a copy, so that nothing of them is touched.</summary>
internal static class LedgerSnapshot
{
    private const string Ends =
        """
        SELECT j.id, s.name || '/' || t.idx, t.attempt, t.token, t.ended, t.status > 2
        FROM tasks t JOIN jobs j ON j.key = t.job JOIN steps s ON s.job = t.job AND s.step = t.step
        WHERE t.ended IS NOT NULL AND t.status <> 2
        UNION ALL
        SELECT j.id, s.name || '/' || a.idx, a.attempt, a.token, a.status, 0
        FROM attempts a JOIN jobs j ON j.key = a.job JOIN steps s ON s.job = a.job AND s.step = a.step
        """;

    static LedgerSnapshot() => Batteries_V2.Init();

    /// <summary>The ends that stand in the ledger of a service that does not run.</summary>
    public static List<RecordedEnd> Read(string dataDirectory)
    {
        string copy = Directory.CreateTempSubdirectory("funcexec-ledger-").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(dataDirectory, "ledger.db*").Where(static file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            string path = Path.Combine(copy, "ledger.db");
            return File.Exists(path) ? Query(path) : [];
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static List<RecordedEnd> Query(string path)
    {
        Check(raw.sqlite3_open(path, out sqlite3 connection), connection);
        using (connection)
        {
            var ends = new List<RecordedEnd>();
            if (raw.sqlite3_prepare_v2(connection, "SELECT 1 FROM attempts", out sqlite3_stmt probe) != raw.SQLITE_OK)
            {
                return ends; // The kill came before the schema.
            }

            probe.Dispose();
            Check(raw.sqlite3_prepare_v2(connection, Ends, out sqlite3_stmt statement), connection);
            using (statement)
            {
                while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                {
                    ends.Add(new RecordedEnd(
                        raw.sqlite3_column_text(statement, 0).utf8_to_string(),
                        raw.sqlite3_column_text(statement, 1).utf8_to_string(),
                        raw.sqlite3_column_int(statement, 2),
                        raw.sqlite3_column_int64(statement, 3),
                        raw.sqlite3_column_int(statement, 4),
                        raw.sqlite3_column_int(statement, 5) != 0));
                }
            }

            return ends;
        }
    }

    private static void Check(int code, sqlite3 connection) =>
        Assert.True(code == raw.SQLITE_OK, $"SQLite says {code}: {raw.sqlite3_errmsg(connection).utf8_to_string()}");
}
