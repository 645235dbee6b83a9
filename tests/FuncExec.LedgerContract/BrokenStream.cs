namespace FuncExec.LedgerContract;

/// <summary>A stream that does something half-way.</summary>
internal sealed class BrokenStream(byte[] content, Action halfWay) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length / 2)
        {
            halfWay();
        }

        return base.ReadAsync(buffer, cancellationToken);
    }
}
