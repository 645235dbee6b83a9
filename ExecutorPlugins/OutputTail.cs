using System.Text;

namespace FuncExec.ExecutorPlugins;

/// <summary>
/// Keeps the last bytes of each stream, in bounded memory whatever is written, and counts all of them.
/// </summary>
/// <param name="limit">How many bytes of each stream are kept; the default is 8 KiB.</param>
public sealed class OutputTail(int limit = OutputTail.DefaultLimit) : ITaskOutput
{
    /// <summary>How many bytes of each stream are kept unless said otherwise.</summary>
    public const int DefaultLimit = 8 * 1024;

    private readonly Tail _stdout = new(limit);
    private readonly Tail _stderr = new(limit);

    /// <summary>The end of what was written to standard output.</summary>
    public string Stdout => _stdout.ToString();

    /// <summary>The end of what was written to standard error.</summary>
    public string Stderr => _stderr.ToString();

    /// <summary>How many bytes were written to standard output.</summary>
    public long StdoutLength => _stdout.Length;

    /// <summary>How many bytes were written to standard error.</summary>
    public long StderrLength => _stderr.Length;

    /// <summary>Whether anything written was not kept.</summary>
    public bool IsTruncated => _stdout.IsTruncated || _stderr.IsTruncated;

    /// <inheritdoc/>
    public void Write(OutputStream stream, ReadOnlySpan<byte> bytes) =>
        (stream is OutputStream.Stdout ? _stdout : _stderr).Append(bytes);

    /// <summary>A buffer of at most twice the limit: full, it moves its last bytes to the front.</summary>
    private sealed class Tail(int limit)
    {
        private byte[] _buffer = [];
        private int _count;

        public long Length { get; private set; }

        public bool IsTruncated => Length > limit;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            Length += bytes.Length;
            if (bytes.Length >= limit)
            {
                bytes = bytes[^limit..];
                _count = 0;
            }

            MakeRoom(bytes.Length);
            bytes.CopyTo(_buffer.AsSpan(_count));
            _count += bytes.Length;
        }

        public override string ToString()
        {
            ReadOnlySpan<byte> kept = _buffer.AsSpan(Math.Max(0, _count - limit), Math.Min(_count, limit));
            return Encoding.UTF8.GetString(IsTruncated ? SkipRestOfRune(kept) : kept);
        }

        private void MakeRoom(int needed)
        {
            if (_count + needed <= _buffer.Length)
            {
                return;
            }

            int kept = Math.Min(_count, limit);
            byte[] source = _buffer;
            if (kept + needed > source.Length)
            {
                _buffer = new byte[Math.Min(Math.Max(2 * (kept + needed), 256), 2 * limit)];
            }

            Buffer.BlockCopy(source, _count - kept, _buffer, 0, kept);
            _count = kept;
        }

        /// <summary>A cut may fall within a rune; what is left of it (at most three bytes 10xxxxxx) is not shown.</summary>
        private static ReadOnlySpan<byte> SkipRestOfRune(ReadOnlySpan<byte> bytes)
        {
            int skip = 0;
            while (skip < Math.Min(3, bytes.Length) && (bytes[skip] & 0xC0) == 0x80)
            {
                skip++;
            }

            return bytes[skip..];
        }
    }
}
