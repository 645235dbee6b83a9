using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>
/// Takes what one attempt writes: keeps the last bytes of each stream for the record of its end and brings the rest to the
/// blob store, where it can be read at once. A short output that comes within 200 ms never gets there. Costs next to
/// nothing until something is written. A store that fails costs the output, never the attempt's outcome.
/// </summary>
public sealed partial class TaskOutputWriter : ITaskOutput, IAsyncDisposable
{
    private static readonly Task<OutputEnd> Nothing = Task.FromResult(new OutputEnd(OutputRecord.Empty, null, HasNeedlessBlob: false));

    private readonly TaskKey _task;
    private readonly int _attempt;
    private readonly long _token;
    private readonly TaskOutputs _owner;
    private readonly Lock _gate = new();
    private OutputPipe? _stdout;
    private OutputPipe? _stderr;
    private OutputEnd _stdoutEnd;
    private OutputEnd _stderrEnd;
    private bool _isAnnounced;
    private bool _isAnnouncementOwed;

    internal TaskOutputWriter(TaskOutputs owner, TaskKey task, int attempt, long token)
    {
        _owner = owner;
        _task = task;
        _attempt = attempt;
        _token = token;
    }

    internal IBlobStore Blobs => _owner.Blobs;

    internal OutputClock Clock => _owner.Clock;

    internal long Limit => _owner.Limit;

    /// <inheritdoc/>
    public void Write(OutputStream stream, ReadOnlySpan<byte> bytes) => Pipe(stream).Write(bytes);

    /// <inheritdoc/>
    public ValueTask WaitForRoomAsync(OutputStream stream) => Pipe(stream).WaitForRoomAsync();

    /// <summary>
    /// Stores what is left and makes it durable. Nothing may be written any more. To be called once, before the attempt's
    /// end is recorded.
    /// </summary>
    public async Task<OutputResult> CompleteAsync(CancellationToken cancellationToken)
    {
        Task<OutputEnd> stdout = EndAsync(_stdout, cancellationToken);
        Task<OutputEnd> stderr = EndAsync(_stderr, cancellationToken);
        _stdoutEnd = await stdout;
        _stderrEnd = await stderr;
        return new OutputResult(
            _stdoutEnd.Record,
            _stderrEnd.Record,
            _stdoutEnd.Record.Kept + _stderrEnd.Record.Kept,
            (_stdoutEnd.Failure ?? _stderrEnd.Failure) is { } failure ? $"Its output could not be kept: {failure}" : null);
    }

    /// <summary>
    /// Deletes the blobs of output that the record holds whole. To be called after the attempt's end was recorded: a reader
    /// that followed the blob finds the rest in the record.
    /// </summary>
    public async Task DiscardSmallAsync(CancellationToken cancellationToken)
    {
        if (_stdoutEnd.HasNeedlessBlob)
        {
            await DeleteAsync(OutputStream.Stdout, cancellationToken);
        }

        if (_stderrEnd.HasNeedlessBlob)
        {
            await DeleteAsync(OutputStream.Stderr, cancellationToken);
        }
    }

    /// <summary>Deletes all that was stored: for an attempt whose end does not count, since another has its place.</summary>
    public async Task DiscardAllAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        if (_stdout is not null)
        {
            await DeleteAsync(OutputStream.Stdout, cancellationToken);
        }

        if (_stderr is not null)
        {
            await DeleteAsync(OutputStream.Stderr, cancellationToken);
        }
    }

    /// <summary>Lets go of everything; what was not completed is not stored.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stdout is not null)
        {
            await _stdout.AbandonAsync();
        }

        if (_stderr is not null)
        {
            await _stderr.AbandonAsync();
        }
    }

    internal BlobName NameOf(OutputStream stream) => OutputNames.Of(_task, _attempt, _token, stream);

    /// <summary>Wakes those who follow the job, at most once in a while; the last bytes of a burst are announced too.</summary>
    internal void Announce()
    {
        lock (_gate)
        {
            if (_isAnnounced)
            {
                _isAnnouncementOwed = true;
                return;
            }

            _isAnnounced = true;
        }

        _owner.Signals.Announce(_task.JobId);
        Clock.AnnounceLater(this);
    }

    internal void OnAnnounceDue()
    {
        lock (_gate)
        {
            _isAnnounced = _isAnnouncementOwed;
            _isAnnouncementOwed = false;
            if (!_isAnnounced)
            {
                return;
            }
        }

        _owner.Signals.Announce(_task.JobId);
        Clock.AnnounceLater(this);
    }

    private static Task<OutputEnd> EndAsync(OutputPipe? pipe, CancellationToken cancellationToken) =>
        pipe is null ? Nothing : pipe.CompleteAsync(cancellationToken);

    private OutputPipe Pipe(OutputStream stream) => stream is OutputStream.Stdout
        ? _stdout ??= new OutputPipe(this, stream)
        : _stderr ??= new OutputPipe(this, stream);

    private async Task DeleteAsync(OutputStream stream, CancellationToken cancellationToken)
    {
        BlobName name = NameOf(stream);
        try
        {
            await Blobs.DeleteAsync(name, cancellationToken);
        }
        catch (LedgerUnavailableException exception)
        {
            // It goes with its job.
            LeftBehind(_owner.Logger, name.Path, name.JobId, exception);
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "The blob {Path} of job {JobId} is not needed and could not be deleted.")]
    private static partial void LeftBehind(ILogger logger, string path, string jobId, Exception exception);
}
