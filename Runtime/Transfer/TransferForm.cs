namespace FuncExec.Runtime.Transfer;

/// <summary>In which form a column is handed over.</summary>
public enum TransferForm
{
    /// <summary>A number; flags are 0 and 1.</summary>
    Integer = 1,

    /// <summary>Bytes; text too, as the kind says.</summary>
    Bytes = 2,

    /// <summary>The 16 bytes of a <see cref="Guid"/>, as <see cref="Guid.ToByteArray()"/> has them.</summary>
    Uuid = 3,
}
