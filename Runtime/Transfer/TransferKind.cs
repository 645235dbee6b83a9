namespace FuncExec.Runtime.Transfer;

/// <summary>One kind of what stores keep: the same in all stores that keep it, however they lay it down.</summary>
/// <param name="Name">What texts call it, in the plural.</param>
/// <param name="Columns">What a row has, in this order.</param>
public sealed record TransferKind(string Name, IReadOnlyList<TransferColumn> Columns)
{
    /// <summary>Makes a kind; columns are written <c>name:form</c> with spaces between, forms as <c>int</c>, <c>bytes</c>, <c>uuid</c>.</summary>
    /// <param name="name">What texts call it.</param>
    /// <param name="columns">Its columns.</param>
    /// <exception cref="FormatException">A column is not written so.</exception>
    public static TransferKind Of(string name, string columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new TransferKind(name, [.. columns.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Parse)]);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static TransferColumn Parse(string column) => column.Split(':') switch
    {
        [{ } name, "int"] => new TransferColumn(name, TransferForm.Integer),
        [{ } name, "bytes"] => new TransferColumn(name, TransferForm.Bytes),
        [{ } name, "uuid"] => new TransferColumn(name, TransferForm.Uuid),
        _ => throw new FormatException($"'{column}' is no column: write name:int, name:bytes or name:uuid."),
    };
}
