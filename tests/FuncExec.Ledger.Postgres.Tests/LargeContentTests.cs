using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>Contents that are larger than what may be held of them in memory.</summary>
[Collection(PostgresGroup.Name)]
public sealed class LargeContentTests(PostgresFixture fixture)
{
    private const int Megabyte = 1024 * 1024;
    private const long Size = 200L * Megabyte;
    private const long MostHeld = 64L * Megabyte;
    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task A_large_content_comes_and_goes_in_pieces_and_is_read_from_another_node()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        await using PostgresBlobStore writer = await OpenAsync(place);
        await using PostgresBlobStore reader = await OpenAsync(place);
        using NoiseStream noise = new(Size);

        ContentId id = Assert.IsType<ContentId>(await writer.PutContentAsync("job1", noise, Size, s_never));
        Assert.Equal(Size, id.Size);
        Assert.InRange(noise.MostHeld, 0, MostHeld);

        await using Stream content = Assert.IsAssignableFrom<Stream>(await reader.OpenContentAsync("job1", id.Hash, s_never));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[Megabyte];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        for (int i = 0; await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, s_never) is > 0 and int count; i++)
        {
            hash.AppendData(buffer, 0, count);
            if (i % 20 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(id.Hash, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Assert.InRange(most, 0, MostHeld);

        // Any place of it is found without what lies before.
        content.Position = Size - 1;
        Assert.Equal(1, await content.ReadAsync(buffer, s_never));
    }

    private static async Task<PostgresBlobStore> OpenAsync(PostgresPlace place)
    {
        PostgresBlobStore store = new(place.ConnectionString, "Hub", TimeProvider.System, NullLoggerFactory.Instance);
        await store.OpenAsync(s_never);
        return store;
    }

    /// <summary>Bytes that do not compress, never together in memory; measures what is held while they are read.</summary>
    private sealed class NoiseStream(long size) : Stream
    {
        private readonly Random _random = new(4711);
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _read;
        private long _measured;

        internal long MostHeld { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, size - _read);
            _random.NextBytes(buffer[..count]);
            _read += count;
            if (_read - _measured >= 20 * Megabyte)
            {
                _measured = _read;
                MostHeld = Math.Max(MostHeld, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }

            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
