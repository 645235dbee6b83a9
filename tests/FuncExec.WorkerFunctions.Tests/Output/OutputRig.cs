using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Tests.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.WorkerFunctions.Tests.Output;

/// <summary>One attempt's output over a real store, with the record that a ledger would have of it.</summary>
internal sealed class OutputRig : IAsyncDisposable
{
    private readonly DataRoot _root;
    private readonly TaskOutputs _outputs;

    private OutputRig(DataRoot root, long limit, TimeSpan? patience)
    {
        _root = root;
        _outputs = new TaskOutputs(root.Blobs, Signals, TimeProvider.System, limit, NullLogger<TaskOutputs>.Instance, patience);
        Writer = _outputs.Open(Task.Key, Task.Attempt, Task.Token);
        Reader = new OutputReader(root.Blobs);
    }

    public JobSignals Signals { get; } = new();

    public TaskOutputWriter Writer { get; }

    public OutputReader Reader { get; }

    public IBlobStore Blobs => _root.Blobs;

    /// <summary>The task as the ledger has it now.</summary>
    public TaskRecord Task { get; private set; } = new()
    {
        Key = new TaskKey("job", 0, 7),
        StepName = "step",
        Status = JobTaskStatus.Running,
        Attempt = 1,
        Token = 3,
        OutputToken = 3,
    };

    public static async Task<OutputRig> OpenAsync(long limit = 1L << 40, Func<IBlobStore, IBlobStore>? wrap = null, TimeSpan? patience = null) =>
        new(await DataRoot.OpenAsync(wrap: wrap), limit, patience);

    public BlobName Blob(OutputStream stream) => OutputNames.Of(Task.Key, Task.Attempt, Task.Token, stream);

    /// <summary>What a node does when the command has ended.</summary>
    public async Task<OutputResult> EndAsync()
    {
        OutputResult result = await Writer.CompleteAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        Task = Task with { Status = JobTaskStatus.Succeeded, Stdout = result.Stdout, Stderr = result.Stderr };
        Signals.Announce(Task.Key.JobId);
        await Writer.DiscardSmallAsync(CancellationToken.None);
        return result;
    }

    /// <summary>Writes as the runner does.</summary>
    public async Task WriteAsync(OutputStream stream, ReadOnlyMemory<byte> bytes)
    {
        Writer.Write(stream, bytes.Span);
        await Writer.WaitForRoomAsync(stream);
    }

    /// <summary>Follows a stream to its end, woken by announcements.</summary>
    public async Task<byte[]> FollowAsync(OutputStream stream, long from = 0, int bufferSize = 64 * 1024, Func<long, bool>? isCut = null)
    {
        using JobWatch watch = Signals.Watch(Task.Key.JobId);
        using MemoryStream read = new();
        byte[] buffer = new byte[bufferSize];
        while (true)
        {
            OutputSlice slice = await Reader.ReadAsync(Task, stream, from, buffer, CancellationToken.None);
            Assert.Equal(from, slice.Offset);
            read.Write(buffer, 0, slice.Count);
            from = slice.NextOffset;
            if (slice.IsComplete || isCut?.Invoke(from) == true)
            {
                return read.ToArray();
            }

            if (slice.Count == 0)
            {
                Assert.True(await watch.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        _outputs.Dispose();
        await _root.DisposeAsync();
    }
}
