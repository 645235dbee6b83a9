using System.Globalization;
using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Ledger.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>
/// A row for each artifact, by its name in its job. A name begins with step and index, so a step's artifacts, and a
/// task's, are a range of names.
/// </summary>
internal sealed class ArtifactTable(Func<string, Statement> prepare)
{
    private const string Columns = "step, idx, path, size, hash, executable, name";

    private readonly Statement _insert = prepare(
        "INSERT OR REPLACE INTO artifacts(job, name, step, idx, path, size, hash, executable) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    private readonly Statement _clear = prepare("DELETE FROM artifacts WHERE job = ?1 AND name >= ?2 AND name < ?3");
    private readonly Statement _find = prepare($"SELECT {Columns} FROM artifacts WHERE job = ?1 AND name = ?2");
    private readonly Statement _list = prepare(
        $"SELECT {Columns} FROM artifacts WHERE job = ?1 AND name > ?2 AND name >= ?3 AND name < ?4 ORDER BY name LIMIT ?5");
    private readonly Statement _copy = prepare(
        "INSERT OR IGNORE INTO artifacts(job, name, step, idx, path, size, hash, executable) "
        + "SELECT ?4, name, step, idx, path, size, hash, executable FROM artifacts WHERE job = ?1 AND name >= ?2 AND name < ?3");

    /// <summary>The artifacts of an attempt take the place of those of the attempts before.</summary>
    internal void Replace(long job, StoredStep step, PreparedEnd prepared, bool hasEarlier)
    {
        AttemptEnd end = prepared.End;
        if (hasEarlier)
        {
            BindRange(_clear, job, Prefix(step.Name, end.Task.Index));
            _clear.Run();
        }

        for (int i = 0; i < end.Artifacts.Count; i++)
        {
            ArtifactRecord artifact = end.Artifacts[i];
            _insert.Bind(1, job);
            _insert.Bind(2, artifact.Name);
            _insert.Bind(3, artifact.Step);
            _insert.Bind(4, artifact.Index);
            _insert.Bind(5, artifact.Path);
            _insert.Bind(6, artifact.Size);
            _insert.BindBlob(7, prepared.Hashes[i]);
            _insert.Bind(8, artifact.IsExecutable ? 1 : 0);
            _insert.Run();
        }
    }

    internal void Copy(long from, long to, StoredStep step, int index)
    {
        BindRange(_copy, from, Prefix(step.Name, index));
        _copy.Bind(4, to);
        _copy.Run();
    }

    internal ArtifactRecord? Find(long job, string name)
    {
        _find.Bind(1, job);
        _find.Bind(2, name);
        try
        {
            return _find.Step() ? Read(_find) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Artifacts by name, of a job or of one of its steps.</summary>
    internal List<ArtifactRecord> List(long job, string? step, string after, int limit)
    {
        var artifacts = new List<ArtifactRecord>();
        _list.Bind(1, job);
        _list.Bind(2, after);
        _list.Bind(3, step is null ? "" : step + "/");
        if (step is null)
        {
            _list.BindBlob(4, []); // A blob is greater than every text.
        }
        else
        {
            _list.Bind(4, step + "0");
        }

        _list.Bind(5, limit);
        try
        {
            while (_list.Step())
            {
                artifacts.Add(Read(_list));
            }
        }
        finally
        {
            _list.Reset();
        }

        return artifacts;
    }

    /// <summary>What the names of a task's artifacts begin with.</summary>
    internal static string Prefix(string step, int index) => string.Create(CultureInfo.InvariantCulture, $"{step}/{index}/");

    // '0' follows '/': the names from "a/1/" up to "a/10" are those that begin with "a/1/".
    private static void BindRange(Statement statement, long job, string prefix)
    {
        statement.Bind(1, job);
        statement.Bind(2, prefix);
        statement.Bind(3, prefix[..^1] + "0");
    }

    private static ArtifactRecord Read(Statement row) =>
        new(row.Int32(0), row.Int32(1), row.Text(2), row.Int64(3), Convert.ToHexStringLower(row.Bytes(4)), row.Int64(5) != 0)
        {
            Name = row.Text(6),
        };
}
