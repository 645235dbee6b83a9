using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Reading;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>A lease, and a count, reads by the index of what waits: no matter how much stands before it under another name.</summary>
public sealed class SelectionCostTests
{
    [Theory]
    [InlineData("SELECT sequence, name, runs_on, rank FROM activities WHERE owner = 0 ORDER BY name, runs_on, rank, sequence LIMIT 1", "SCAN")]
    [InlineData("SELECT sequence, name, runs_on, rank FROM activities WHERE owner = 0 AND (name, runs_on) > (SELECT name, runs_on FROM activities WHERE sequence = 1) ORDER BY name, runs_on, rank, sequence LIMIT 1", "SEARCH")]
    [InlineData("SELECT sequence, rank FROM activities WHERE owner = 0 AND (name, runs_on) = (SELECT name, runs_on FROM activities WHERE sequence = 1) AND (rank, sequence) >= (2, 3) ORDER BY rank, sequence", "SEARCH")]
    [InlineData(Backlog.FirstQueue, "SCAN")]
    [InlineData(Backlog.NextQueue, "SEARCH")]
    [InlineData(Backlog.WaitingInQueue, "SEARCH")]
    public void Statement_reads_the_index_in_its_order(string statement, string way)
    {
        string file = Path.GetTempFileName();
        using (Connection connection = Connection.Open(file, readOnly: false))
        {
            SchemaVersion.Migrate(connection, 0, HubKind.Instance);
            using Statement plan = connection.Prepare("EXPLAIN QUERY PLAN " + statement);
            List<string> steps = [];
            while (plan.Step())
            {
                steps.Add(plan.Text(3));
            }

            Assert.Contains(steps, step => step.StartsWith(way, StringComparison.Ordinal) && step.Contains("activities_waiting", StringComparison.Ordinal));
            Assert.DoesNotContain(steps, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }

        File.Delete(file);
    }
}
