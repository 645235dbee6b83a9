using System.Text;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>Has no room after the first bytes, until it is opened.</summary>
internal sealed class GatedOutput : ITaskOutput
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _head = new();
    private long _length;

    /// <summary>Completes when somebody waits.</summary>
    public Task Waited => _waited.Task;

    public long Length => Interlocked.Read(ref _length);

    /// <summary>The beginning of what was written.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _head.ToString();
            }
        }
    }

    public int[] Pids => [.. Text.Split('\n').Where(static line => line.StartsWith("pid ", StringComparison.Ordinal)).Select(static line => int.Parse(line[4..]))];

    public void Open() => _open.SetResult();

    public void Break(Exception exception) => _open.SetException(exception);

    public void Write(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _length += bytes.Length;
            if (_head.Length < 1000)
            {
                _head.Append(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 1000)]));
            }
        }
    }

    public ValueTask WaitForRoomAsync(OutputStream stream)
    {
        _waited.TrySetResult();
        return new ValueTask(_open.Task);
    }
}
