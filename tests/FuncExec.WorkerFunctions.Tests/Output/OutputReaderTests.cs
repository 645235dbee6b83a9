using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Output;

namespace FuncExec.WorkerFunctions.Tests.Output;

public sealed class OutputReaderTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1";

    [Fact]
    public async Task Bytes_by_offset_are_the_same_while_it_runs_and_afterwards()
    {
        for (int seed = 0; seed < (IsLong ? 300 : 15); seed++)
        {
            Random random = new(seed);
            byte[] bytes = new byte[random.Next(5) switch { 0 => random.Next(200), 1 => random.Next(8190, 8195), 2 => random.Next(20_000), _ => random.Next(2_000_000) }];
            random.NextBytes(bytes);
            await using OutputRig rig = await OutputRig.OpenAsync();
            Task[] readers = [.. Enumerable.Range(0, 4).Select(reader => ReadSomewhereAsync(rig, bytes, new Random((seed * 10) + reader)))];
            Task<byte[]> follower = Task.Run(() => rig.FollowAsync(OutputStream.Stdout, bufferSize: 1 + random.Next(100_000)));
            for (int offset = 0; offset < bytes.Length;)
            {
                int count = Math.Min(bytes.Length - offset, 1 + random.Next(random.Next(3) == 0 ? 100_000 : 3000));
                await rig.WriteAsync(OutputStream.Stdout, bytes.AsMemory(offset, count));
                offset += count;
            }

            await rig.EndAsync();

            Assert.Equal(bytes, await follower.WaitAsync(TimeSpan.FromMinutes(1)));
            await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(bytes, await rig.FollowAsync(OutputStream.Stdout));
        }
    }

    [Fact]
    public async Task A_reader_that_is_cut_a_hundred_times_holds_what_was_written()
    {
        const int Length = 50 * 1024 * 1024;
        byte[] bytes = new byte[Length];
        new Random(1).NextBytes(bytes);
        await using OutputRig rig = await OutputRig.OpenAsync();
        Task<byte[]> reader = Task.Run(async () =>
        {
            using MemoryStream read = new(Length);
            for (int cut = 1; cut <= 100; cut++)
            {
                long until = cut * (long)Length / 101;
                read.Write(await rig.FollowAsync(OutputStream.Stdout, read.Length, isCut: at => at >= until));
            }

            read.Write(await rig.FollowAsync(OutputStream.Stdout, read.Length));
            return read.ToArray();
        });
        for (int offset = 0; offset < Length; offset += 4096)
        {
            await rig.WriteAsync(OutputStream.Stdout, bytes.AsMemory(offset, 4096));
        }

        await rig.EndAsync();

        byte[] read = await reader.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public async Task While_an_attempt_runs_the_record_of_the_one_before_is_not_taken_for_its_own()
    {
        await using OutputRig rig = await OutputRig.OpenAsync();
        TaskRecord task = rig.Task with { Attempt = 2, Stdout = new OutputRecord(5, 0, "first"u8.ToArray()) };

        OutputSlice slice = await rig.Reader.ReadAsync(task, OutputStream.Stdout, 0, new byte[10], CancellationToken.None);

        Assert.Equal(new OutputSlice(0, 0, false), slice);
    }

    [Theory]
    [InlineData(JobTaskStatus.Queued, false)]
    [InlineData(JobTaskStatus.Skipped, true)]
    public async Task A_task_without_an_attempt_has_no_output(JobTaskStatus status, bool isComplete)
    {
        await using OutputRig rig = await OutputRig.OpenAsync();
        TaskRecord task = rig.Task with { Attempt = 0, Status = status };

        Assert.Equal(new OutputSlice(0, 4, isComplete), await rig.Reader.ReadAsync(task, OutputStream.Stdout, 4, new byte[10], CancellationToken.None));
    }

    [Fact]
    public async Task What_a_lost_node_has_stored_can_be_read()
    {
        await using OutputRig rig = await OutputRig.OpenAsync();
        await rig.Blobs.AppendAsync(rig.Blob(OutputStream.Stdout), 0, "some"u8.ToArray(), CancellationToken.None);
        TaskRecord task = rig.Task with { Status = JobTaskStatus.Failed };
        byte[] buffer = new byte[10];

        Assert.Equal(new OutputSlice(4, 0, false), await rig.Reader.ReadAsync(task, OutputStream.Stdout, 0, buffer, CancellationToken.None));
        Assert.Equal(new OutputSlice(0, 4, true), await rig.Reader.ReadAsync(task, OutputStream.Stdout, 4, buffer, CancellationToken.None));
    }

    /// <summary>Reads at random places until the attempt has ended, and once more.</summary>
    private static async Task ReadSomewhereAsync(OutputRig rig, byte[] bytes, Random random)
    {
        await Task.Yield();
        byte[] buffer = new byte[1 + random.Next(70_000)];
        bool isLast;
        do
        {
            TaskRecord task = rig.Task;
            isLast = task.Status is not JobTaskStatus.Running;
            long offset = random.NextInt64(bytes.Length + 1);
            OutputSlice slice = await rig.Reader.ReadAsync(task, OutputStream.Stdout, offset, buffer, CancellationToken.None);
            Assert.Equal(offset, slice.Offset);
            Assert.True(bytes.AsSpan((int)offset, slice.Count).SequenceEqual(buffer.AsSpan(0, slice.Count)));
            Assert.Equal(isLast && slice.NextOffset == bytes.Length, slice.IsComplete);
        }
        while (!isLast);
    }
}
