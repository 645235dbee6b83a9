using FuncExec.Ledger.Sqlite.Files;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;

namespace FuncExec.Ledger.Tests;

/// <summary>No statement looks at more rows than it has to.</summary>
public sealed class QueryPlanTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ledger-plan-").FullName;

    [Fact]
    public void No_statement_scans_a_table_or_sorts_rows()
    {
        using Connection connection = DatabaseFile.OpenWriter(Path.Combine(_directory, "ledger.db"), LedgerKind.Instance);
        var statements = new List<string>();
        _ = new LedgerTables(sql =>
        {
            statements.Add(sql);
            return connection.Prepare(sql);
        });

        Assert.True(statements.Count > 50);
        string[] bad = [.. statements.SelectMany(sql => Plan(connection, sql)
            .Where(static step => step.StartsWith("SCAN", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal))
            .Select(step => $"{step} <- {sql}"))];
        Assert.True(bad.Length == 0, string.Join('\n', bad));
    }

    [Theory]
    [InlineData("FROM jobs WHERE status > 0 AND id", "jobs_seen (id<?)")]
    [InlineData("FROM jobs WHERE status = ?3", "jobs_by_status (status=? AND id<?)")]
    [InlineData("FROM jobs WHERE name = ?3 AND status > 0", "jobs_by_name (name=? AND id<?)")]
    [InlineData("FROM jobs WHERE name = ?3 AND status = ?4", "jobs_by_name_and_status (name=? AND status=? AND id<?)")]
    [InlineData("FROM jobs WHERE state = ?1", "jobs_by_state (state=? AND (created,id)>(?,?) AND created<?)")]
    [InlineData("FROM jobs WHERE state = 4", "jobs_finished ((finished,id)>(?,?) AND finished<?)")]
    [InlineData("WHERE status = 2 AND job >", "tasks_by_status (status=? AND job>?)")]
    [InlineData("WHERE t.status = ?5 AND t.job = ?1", "tasks_by_status (status=? AND job=? AND step=? AND idx>?)")]
    [InlineData("WHERE t.status = 2 AND t.job = ?1", "tasks_by_status (status=? AND job=?)")]
    [InlineData("WHERE status = ?1 AND job = ?2 AND (step, idx)", "tasks_by_status (status=? AND job=? AND (step,idx)>(?,?))")]
    [InlineData("DELETE FROM tasks", "PRIMARY KEY (job=? AND step=? AND idx=?)")]
    [InlineData("DELETE FROM attempts", "PRIMARY KEY (job=? AND step=? AND idx=? AND attempt=?)")]
    [InlineData("FROM artifacts WHERE job = ?1 AND name > ?2", "PRIMARY KEY (job=? AND name>? AND name<?)")]
    public void A_list_goes_along_its_index(string part, string index)
    {
        using Connection connection = DatabaseFile.OpenWriter(Path.Combine(_directory, "ledger.db"), LedgerKind.Instance);
        string? found = null;
        _ = new LedgerTables(sql =>
        {
            found ??= sql.Contains(part, StringComparison.Ordinal) ? sql : null;
            return connection.Prepare(sql);
        });

        Assert.NotNull(found);
        string plan = string.Join('\n', Plan(connection, found));
        Assert.Contains(index, plan, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static List<string> Plan(Connection connection, string sql)
    {
        var steps = new List<string>();
        Statement plan = connection.Prepare("EXPLAIN QUERY PLAN " + sql);
        while (plan.Step())
        {
            steps.Add(plan.Text(3));
        }

        plan.Reset();
        return steps;
    }
}
