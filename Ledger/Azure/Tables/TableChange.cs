using Azure;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>A change of one row.</summary>
internal abstract record TableChange(string Partition, string Key)
{
    /// <summary>The row must not be there.</summary>
    internal sealed record Insert(TableRow Row) : TableChange(Row.Partition, Row.Key);

    /// <summary>The row takes the place of any.</summary>
    internal sealed record Put(TableRow Row) : TableChange(Row.Partition, Row.Key);

    /// <summary>The row takes the place of that version.</summary>
    internal sealed record Replace(TableRow Row, ETag ETag) : TableChange(Row.Partition, Row.Key);

    /// <summary>The row must be there, of that version, and goes.</summary>
    internal sealed record Delete(string Partition, string Key, ETag ETag) : TableChange(Partition, Key);
}

/// <summary>What became of changing rows.</summary>
internal abstract record TableOutcome
{
    private TableOutcome()
    {
    }

    /// <summary>All are changed.</summary>
    /// <param name="ETag">The new version of the first row.</param>
    internal sealed record Changed(ETag ETag) : TableOutcome;

    /// <summary>None is changed by this try: a row is there, is not, or is of another version. An earlier try may have changed all.</summary>
    internal sealed record Conflict : TableOutcome;
}
