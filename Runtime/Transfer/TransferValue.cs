namespace FuncExec.Runtime.Transfer;

/// <summary>One value that is handed over: a number, bytes, or nothing.</summary>
public readonly record struct TransferValue
{
    private TransferValue(long? number, byte[]? bytes)
    {
        Number = number;
        Bytes = bytes;
    }

    /// <summary>Nothing.</summary>
    public static TransferValue Nothing => default;

    /// <summary>The number; null where it is bytes or nothing.</summary>
    public long? Number { get; }

    /// <summary>The bytes; null where it is a number or nothing.</summary>
    public byte[]? Bytes { get; }

    /// <summary>A number.</summary>
    public static TransferValue Of(long number) => new(number, null);

    /// <summary>Bytes, which nobody changes any more.</summary>
    public static TransferValue Of(byte[] bytes) => new(null, bytes ?? throw new ArgumentNullException(nameof(bytes)));

    /// <summary>The bytes of an id.</summary>
    public static TransferValue Of(Guid id) => new(null, id.ToByteArray());
}
