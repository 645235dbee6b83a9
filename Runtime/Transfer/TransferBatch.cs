namespace FuncExec.Runtime.Transfer;

/// <summary>Rows of one kind, so many that they fit into memory whatever they hold.</summary>
public sealed class TransferBatch
{
    private const int MostRows = 1_000;
    private const long MostBytes = 4 * 1024 * 1024;

    private readonly List<TransferValue[]> _rows = [];
    private long _bytes;

    /// <summary>The rows; each has a value for every column of its kind.</summary>
    public IReadOnlyList<TransferValue[]> Rows => _rows;

    /// <summary>Whether the next row belongs into the next batch.</summary>
    public bool IsFull => _rows.Count >= MostRows || _bytes >= MostBytes;

    /// <summary>Adds a row.</summary>
    public void Add(TransferValue[] row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _rows.Add(row);
        foreach (TransferValue value in row)
        {
            _bytes += value.Bytes?.Length ?? sizeof(long);
        }
    }
}
