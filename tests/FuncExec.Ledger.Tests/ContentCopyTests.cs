using FuncExec.Ledger.Files;

namespace FuncExec.Ledger.Tests;

public sealed class ContentCopyTests
{
    [Fact]
    public void A_long_copy_ends_when_it_is_told_to()
    {
        using CancellationTokenSource stop = new();
        using EndingStream endless = new(stop);
        using MemoryStream target = new();

        Assert.Throws<OperationCanceledException>(() => ContentCopy.CopyPieces(endless, target, stop.Token));

        Assert.Equal(endless.Given, target.Length);
    }

    /// <summary>Has no end, and tells whoever reads it to stop at the third piece.</summary>
    private sealed class EndingStream(CancellationTokenSource stop) : MemoryStream
    {
        private int _reads;

        public long Given { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (++_reads == 3)
            {
                stop.Cancel();
            }
            else
            {
                Given += buffer.Length;
            }

            return buffer.Length;
        }
    }
}
