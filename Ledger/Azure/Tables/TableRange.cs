namespace FuncExec.Ledger.Azure.Tables;

/// <summary>Rows of one partition from one key on and before another.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first key.</param>
/// <param name="Before">The key after the last.</param>
internal sealed record TableRange(string Partition, string From, string Before)
{
    /// <summary>Whether only keys are read.</summary>
    internal bool KeysOnly { get; init; }

    /// <summary>How it is asked for: there is no other query than by partition and a range of row keys.</summary>
    internal string Filter => $"PartitionKey eq '{Partition}' and RowKey ge '{From}' and RowKey lt '{Before}'";

    /// <summary>All keys that begin with a text.</summary>
    internal static TableRange Prefix(string partition, string prefix) => new(partition, prefix, prefix + "~~");
}
