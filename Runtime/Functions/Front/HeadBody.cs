namespace FuncExec.Runtime.Functions.Front;

/// <summary>The body of an answer to HEAD: the first write says that the headers stand, and nothing is kept.</summary>
internal sealed class HeadBody(CancellationTokenSource enough) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => Stop();

    public override Task FlushAsync(CancellationToken cancellationToken) => StopAsync();

    public override void Write(byte[] buffer, int offset, int count) => Stop();

    public override void Write(ReadOnlySpan<byte> buffer) => Stop();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => StopAsync();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(StopAsync());

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Stop() => StopAsync().GetAwaiter().GetResult();

    // The write that is the first one succeeds: most answers are one, and end by themselves.
    private Task StopAsync()
    {
        enough.Token.ThrowIfCancellationRequested();
        return enough.CancelAsync();
    }
}
