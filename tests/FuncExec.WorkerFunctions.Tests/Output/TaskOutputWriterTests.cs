using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Tests.Files;

namespace FuncExec.WorkerFunctions.Tests.Output;

public sealed class TaskOutputWriterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>For a store that does not come back.</summary>
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Nothing_written_is_an_empty_record()
    {
        await using OutputRig rig = await OutputRig.OpenAsync();
        OutputResult result = await rig.EndAsync();

        Assert.Equal((0, 0, 0), (result.Stdout.Length, result.Stderr.Length, result.StoredBytes));
        Assert.Null(result.Failure);
        Assert.Empty(await rig.FollowAsync(OutputStream.Stdout));
    }

    [Fact]
    public async Task Short_output_of_a_short_command_is_in_the_record_alone()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: static inner => new RefusingStore(inner));
        rig.Writer.Write(OutputStream.Stdout, "out"u8);
        rig.Writer.Write(OutputStream.Stderr, new byte[8192]);
        OutputResult result = await rig.EndAsync();

        Assert.Null(result.Failure);
        Assert.Equal(0, result.StoredBytes);
        Assert.Equal("out"u8, result.Stdout.Tail.Span);
        Assert.Equal((8192L, 0L, false), (result.Stderr.Length, result.Stderr.Kept, result.Stderr.IsTruncated));
        Assert.Equal("out"u8.ToArray(), await rig.FollowAsync(OutputStream.Stdout));
    }

    [Fact]
    public async Task Long_output_is_kept_whole_with_its_tail()
    {
        await using OutputRig rig = await OutputRig.OpenAsync();
        byte[] bytes = Bytes(300_000);
        rig.Writer.Write(OutputStream.Stdout, bytes.AsSpan(0, 8000));
        rig.Writer.Write(OutputStream.Stdout, bytes.AsSpan(8000, 193));
        rig.Writer.Write(OutputStream.Stdout, bytes.AsSpan(8193));
        OutputResult result = await rig.EndAsync();

        Assert.Equal((300_000L, 300_000L, 300_000L), (result.Stdout.Length, result.Stdout.Kept, result.StoredBytes));
        Assert.Equal(bytes.AsSpan(^8192..), result.Stdout.Tail.Span);
        Assert.Equal(bytes, await rig.FollowAsync(OutputStream.Stdout));
        Assert.Null(await rig.Blobs.GetLengthAsync(rig.Blob(OutputStream.Stderr), CancellationToken.None));
    }

    [Fact]
    public async Task Past_the_limit_bytes_are_counted_and_the_reader_jumps_to_the_tail()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(limit: 100_000);
        byte[] bytes = Bytes(500_000);
        for (int offset = 0; offset < bytes.Length; offset += 1000)
        {
            await rig.WriteAsync(OutputStream.Stderr, bytes.AsMemory(offset, 1000));
        }

        OutputResult result = await rig.EndAsync();

        Assert.Equal((500_000L, 100_000L, true), (result.Stderr.Length, result.Stderr.Kept, result.Stderr.IsTruncated));
        byte[] buffer = new byte[200_000];
        OutputSlice kept = await rig.Reader.ReadAsync(rig.Task, OutputStream.Stderr, 0, buffer, CancellationToken.None);
        Assert.Equal(new OutputSlice(100_000, 0, false), kept);
        Assert.Equal(bytes.AsSpan(0, 100_000), buffer.AsSpan(0, 100_000));
        OutputSlice tail = await rig.Reader.ReadAsync(rig.Task, OutputStream.Stderr, 100_000, buffer, CancellationToken.None);
        Assert.Equal(new OutputSlice(8192, 500_000 - 8192, true), tail);
        Assert.Equal(bytes.AsSpan(^8192..), buffer.AsSpan(0, 8192));
    }

    [Fact]
    public async Task A_limit_of_nothing_keeps_the_tail()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(limit: 0, wrap: static inner => new RefusingStore(inner));
        await rig.WriteAsync(OutputStream.Stdout, Bytes(1_000_000));
        OutputResult result = await rig.EndAsync();

        Assert.Null(result.Failure);
        Assert.Equal((1_000_000L, 0L, true), (result.Stdout.Length, result.Stdout.Kept, result.Stdout.IsTruncated));
    }

    [Fact]
    public async Task A_few_bytes_of_a_running_command_can_be_read_and_lie_in_the_record_afterwards()
    {
        await using OutputRig rig = await OutputRig.OpenAsync();
        using JobWatch watch = rig.Signals.Watch("job");
        rig.Writer.Write(OutputStream.Stdout, "hello"u8);
        Assert.True(await watch.WaitAsync(Limit, TimeProvider.System, CancellationToken.None));

        byte[] buffer = new byte[100];
        Assert.Equal(new OutputSlice(5, 0, false), await rig.Reader.ReadAsync(rig.Task, OutputStream.Stdout, 0, buffer, CancellationToken.None));
        Assert.Equal(new OutputSlice(0, 5, false), await rig.Reader.ReadAsync(rig.Task, OutputStream.Stdout, 5, buffer, CancellationToken.None));

        rig.Writer.Write(OutputStream.Stdout, " world"u8);
        OutputResult result = await rig.Writer.CompleteAsync(CancellationToken.None);
        Assert.Equal(0, result.Stdout.Kept);
        Assert.NotNull(await rig.Blobs.GetLengthAsync(rig.Blob(OutputStream.Stdout), CancellationToken.None));

        await rig.Writer.DiscardSmallAsync(CancellationToken.None);
        Assert.Null(await rig.Blobs.GetLengthAsync(rig.Blob(OutputStream.Stdout), CancellationToken.None));
        Assert.Equal("hello world"u8, result.Stdout.Tail.Span);
    }

    [Fact]
    public async Task A_full_disk_costs_the_output_and_not_the_outcome()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: static inner => new FullStore(inner, 200_000), patience: s_short);
        byte[] bytes = Bytes(4_000_000);
        for (int offset = 0; offset < bytes.Length; offset += 50_000)
        {
            await rig.WriteAsync(OutputStream.Stdout, bytes.AsMemory(offset, 50_000)).WaitAsync(Limit);
        }

        OutputResult result = await rig.EndAsync();

        Assert.Contains("disk full", result.Failure, StringComparison.Ordinal);
        Assert.Equal(4_000_000, result.Stdout.Length);
        Assert.InRange(result.Stdout.Kept, 0, 200_000);
        Assert.Equal(bytes.AsSpan(^8192..), result.Stdout.Tail.Span);
        byte[] buffer = new byte[8192];
        OutputSlice last = await rig.Reader.ReadAsync(rig.Task, OutputStream.Stdout, result.Stdout.Kept, buffer, CancellationToken.None);
        Assert.Equal(new OutputSlice(8192, 4_000_000 - 8192, true), last);
    }

    [Fact]
    public async Task What_cannot_be_made_durable_is_not_kept()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: static inner => new UnflushableStore(inner), patience: s_short);
        rig.Writer.Write(OutputStream.Stdout, Bytes(100_000));
        OutputResult result = await rig.EndAsync();

        Assert.Contains("disk full", result.Failure, StringComparison.Ordinal);
        Assert.Equal((100_000L, 0L), (result.Stdout.Length, result.Stdout.Kept));
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_costs_nothing()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: static inner => new AbsentStore(inner, calls: 6));
        byte[] bytes = Bytes(1_000_000);
        for (int offset = 0; offset < bytes.Length; offset += 10_000)
        {
            await rig.WriteAsync(OutputStream.Stdout, bytes.AsMemory(offset, 10_000));
        }

        OutputResult result = await rig.EndAsync();

        Assert.Null(result.Failure);
        Assert.Equal(bytes, await rig.FollowAsync(OutputStream.Stdout));
    }

    [Fact]
    public async Task An_append_that_failed_in_part_or_after_the_fact_is_made_good()
    {
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: static inner => new LyingStore(inner));
        byte[] bytes = Bytes(1_000_000);
        for (int offset = 0; offset < bytes.Length; offset += 10_000)
        {
            await rig.WriteAsync(OutputStream.Stdout, bytes.AsMemory(offset, 10_000));
        }

        OutputResult result = await rig.EndAsync();

        Assert.Null(result.Failure);
        Assert.Equal(1_000_000, result.Stdout.Kept);
        Assert.Equal(bytes, await rig.FollowAsync(OutputStream.Stdout));
    }

    [Fact]
    public async Task A_slow_store_makes_the_writer_wait_and_not_memory_grow()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: inner => new GatedStore(inner, gate.Task));
        byte[] chunk = Bytes(64 * 1024);
        int written = 0;
        Task room;
        do
        {
            rig.Writer.Write(OutputStream.Stdout, chunk);
            room = rig.Writer.WaitForRoomAsync(OutputStream.Stdout).AsTask();
            written++;
        }
        while (room.IsCompleted);

        Assert.InRange(written, 2, 33);
        Assert.True(rig.Writer.WaitForRoomAsync(OutputStream.Stderr).IsCompleted);
        gate.SetResult();
        await room.WaitAsync(Limit);
        Assert.Equal(written * chunk.Length, (await rig.EndAsync()).Stdout.Kept);
    }

    [Fact]
    public async Task A_writer_that_is_given_up_ends_at_once_and_leaves_nothing()
    {
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using OutputRig rig = await OutputRig.OpenAsync(wrap: inner => new GatedStore(inner, never.Task));
        rig.Writer.Write(OutputStream.Stdout, Bytes(3_000_000));
        Task room = rig.Writer.WaitForRoomAsync(OutputStream.Stdout).AsTask();

        await rig.Writer.DiscardAllAsync(CancellationToken.None).WaitAsync(Limit);

        await room.WaitAsync(Limit);
        Assert.Null(await rig.Blobs.GetLengthAsync(rig.Blob(OutputStream.Stdout), CancellationToken.None));
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private sealed class RefusingStore(IBlobStore inner) : BlobStoreWrapper(inner)
    {
        public override Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing should come here.");
    }

    private sealed class FullStore(IBlobStore inner, long room) : BlobStoreWrapper(inner)
    {
        public override Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            offset + bytes.Length > room ? throw new LedgerUnavailableException("disk full") : base.AppendAsync(name, offset, bytes, cancellationToken);
    }

    private sealed class AbsentStore(IBlobStore inner, int calls) : BlobStoreWrapper(inner)
    {
        private int _calls;

        public override Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _calls) <= calls ? throw new LedgerUnavailableException("started again") : base.AppendAsync(name, offset, bytes, cancellationToken);
    }

    private sealed class UnflushableStore(IBlobStore inner) : BlobStoreWrapper(inner)
    {
        public override Task FlushAsync(BlobName name, CancellationToken cancellationToken) => throw new LedgerUnavailableException("disk full");
    }

    /// <summary>Every second append fails, after it has taken half or all of the bytes.</summary>
    private sealed class LyingStore(IBlobStore inner) : BlobStoreWrapper(inner)
    {
        private int _calls;

        public override async Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            int call = ++_calls;
            if (call % 3 == 0)
            {
                return await base.AppendAsync(name, offset, bytes, cancellationToken);
            }

            await base.AppendAsync(name, offset, call % 3 == 1 ? bytes : bytes[..(bytes.Length / 2)], cancellationToken);
            throw new LedgerUnavailableException("the connection was lost");
        }
    }

    private sealed class GatedStore(IBlobStore inner, Task gate) : BlobStoreWrapper(inner)
    {
        public override async Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            return await base.AppendAsync(name, offset, bytes, cancellationToken);
        }
    }
}
